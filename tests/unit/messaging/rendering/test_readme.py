"""What the READMEs show works, and what they list is all there is."""

import re

from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.filters import FILTERS
from leadwell.messaging.rendering.models import EmailSource, SmsSource
from leadwell.messaging.rendering.read_sources import read_email
from tests.unit.messaging.rendering.starters import TEMPLATES


def sample_of(folder: str, language: str) -> str:
    readme = (TEMPLATES / folder / "README.md").read_text("utf-8")
    found = re.search(rf"```{language}\n(.*?)```", readme, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_email_shown_compiles():
    shared = read_email(TEMPLATES / "emails", "birthday").files
    files = {name: text for name, text in shared.items() if name == "layout.mjml" or name.startswith("blocks/")}
    mail = compile_email(EmailSource(name="trial", files={**files, "en.mjml": sample_of("emails", "mjml")}))
    assert "Have a look" in mail.locales["en"].html


def test_the_sms_shown_compiles():
    assert set(compile_sms(SmsSource(name="trial", text=sample_of("sms", "yaml"))).locales) == {"de", "en"}


def test_every_filter_is_listed():
    readme = (TEMPLATES / "emails" / "README.md").read_text("utf-8")
    listed = re.search(r"^Filters: (.*?)\. Loops", readme, re.DOTALL | re.MULTILINE)
    assert listed is not None
    assert set(re.findall(r"`([a-z]+)`", listed[1])) == set(FILTERS)
