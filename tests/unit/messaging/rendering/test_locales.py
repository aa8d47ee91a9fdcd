import pytest

from leadwell.messaging.rendering.locales import choose_locale


@pytest.mark.parametrize(
    ("available", "wanted", "default", "chosen"),
    [
        (["de", "en"], "de-AT", "en", "de"),
        (["de", "de-AT", "en"], "de_at", "en", "de-AT"),
        (["de-DE", "en"], "de", "en", "de-DE"),
        (["de-DE", "en"], "de-CH", "en", "de-DE"),
        (["de", "en"], "fr", "de", "de"),
        (["de", "en"], "fr-CA", "en-US", "en"),
        (["de", "en"], None, "en", "en"),
        (["de", "en"], "", "de", "de"),
        (["it"], "fr", "en", "it"),
        (["zh-Hant", "zh-Hant-TW"], "zh-Hant-TW-x", "en", "zh-Hant-TW"),
    ],
)
def test_the_nearest_language_wins(available, wanted, default, chosen):
    assert choose_locale(available, wanted, default) == chosen


def test_nothing_to_choose_from():
    with pytest.raises(ValueError, match="at least one language"):
        choose_locale([], "de")
