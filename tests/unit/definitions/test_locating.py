"""A name that is not there leads to the line on which it stands, however deep inside."""

import pytest

from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from tests.fakes.world import World

SEGMENT = """\
kind: segment
name: deep
title: {en: Deep, de: Tief}
when:
  all:
    - {trait: email, exists: true}
    - any:
        - not:
            all:
              - event: Product Viewed
                at_least: 2
              - for: P3D
                %s
        - {language: de}
"""
SCORING = """\
kind: scoring
name: deep
title: {en: Deep, de: Tief}
rules:
  - {id: viewed, event: Product Viewed, points: 2}
  - id: member
    points: 5
    when:
      any:
        - {trait: email, exists: true}
        - {list: nowhere}
"""
ACCOUNT = """\
kind: scoring
name: deep
about: companies
title: {en: Deep, de: Tief}
rules:
  - {id: viewed, event: Product Viewed, points: 2}
  - id: heat
    points: 1
    members:
      score: sum
      model: nowhere
"""
OF_PEOPLE = """\
kind: segment
name: deep
about: companies
title: {en: Deep, de: Tief}
when:
  any:
    - {trait: employees, at_least: 5}
    - not:
        consent: marketing/email
"""
JOURNEY = """\
kind: journey
name: deep
title: {en: Deep, de: Tief}
description: {en: Deep, de: Tief}
trigger: {event: Signed Up}
steps:
  - {id: pause, wait: P1D}
  - id: which
    branch:
      - when:
          all:
            - {trait: email, exists: true}
            - score: {model: nowhere, at_least: 3}
        steps: [{id: more, wait: P1D}]
"""


@pytest.mark.parametrize(
    ("text", "line", "field", "says"),
    [
        (SEGMENT % "segment: nowhere", 13, "when.all[1].any[0].not.all[1].segment", "there is no segment nowhere"),
        (SCORING, 11, "rules[1].when.any[1].list", "there is no list nowhere"),
        (ACCOUNT, 11, "rules[1].members.model", "there is no scoring model nowhere"),
        (OF_PEOPLE, 9, "when.any[1].not.consent", "consent is about a contact"),
        (JOURNEY, 13, "steps[1].branch[0].when.all[1].score.model", "there is no scoring model nowhere"),
    ],
)
def test_the_line_of_the_name_itself(text: str, line: int, field: str, says: str) -> None:
    world = World()
    with pytest.raises(Refused, match=says) as refused:
        Publisher(world.services.library, world.clock.now(), "").check(text)
    assert (refused.value.line, refused.value.field) == (line, field)
