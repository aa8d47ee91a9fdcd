"""The same as ``make scale``, with fewer contacts."""

from tests.scale.changing import Change


def test_a_definition_changes_while_events_keep_coming() -> None:
    outcome = Change(400).run()
    assert outcome.wrong == 0, outcome.first
    assert outcome.recounted == 400
    assert outcome.arrived_meanwhile > 0 and outcome.members > 50
