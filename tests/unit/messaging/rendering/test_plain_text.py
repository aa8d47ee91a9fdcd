import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.messaging.rendering.plain_text import WIDTH, plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h1>Hello</h1><p>World</p>", "Hello\n=====\n\nWorld\n"),
        ("<h2>Part</h2><div>a<br>b</div>", "Part\n----\n\na\nb\n"),
        ("<ul><li>one</li><li>two</li></ul><p>x</p>", "- one\n- two\n\nx\n"),
        ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two\n"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c\n"),
        ('<p>See <a href="https://x.example">the page</a>.</p>', "See the page (https://x.example).\n"),
        ('<td><a href="https://x.example">Go</a></td>', "Go: https://x.example\n"),
        ('<a href="https://x.example">https://x.example</a>', "https://x.example\n"),
        ('<a href="mailto:a@example.com">a@example.com</a>', "a@example.com\n"),
        ('<p><a href="https://x.example">First</a> then</p>', "First (https://x.example) then\n"),
        ('<p><a href="https://x.example/0">0</a> <a href="//1">1</a></p>', "0: https://x.example/0\n1: //1\n"),
        ('<a href="https://x.example"><img src="i" alt="Logo"></a>', "Logo: https://x.example\n"),
        ('<img src="i" alt="A sofa"><p>Text</p>', "A sofa\n\nText\n"),
        ('<td><a href="https://x.example"><img src="i" alt="Sofa"></a></td><td>Sofa</td>', "Sofa\n"),
        ('<p><a href="https://x.example">Sofa</a></p><p>Sofa</p>', "Sofa: https://x.example\n\nSofa\n"),
        ('<td><img src="i" alt="A sofa"></td><td>A sofa<br>5 €</td>', "A sofa\n5 €\n"),
        ('<div style="display:none">secret<br><b>x</b></div>shown', "shown\n"),
        ("<style>a{b:c}</style><title>t</title><!-- no -->yes<script>n()</script>", "yes\n"),
        ("<!--[if mso]><table><tr><td>old</td></tr></table><![endif]-->new", "new\n"),
        ("a<hr>b", "a\n\n" + "-" * WIDTH + "\n\nb\n"),
        ("<p>5&nbsp;&euro; &amp; &lt;b&gt;\u200b</p>", "5 € & <b>\n"),
        ("<p>  many \n  spaces </p>", "many spaces\n"),
        ("", "\n"),
    ],
)
def test_reads_like_a_letter(html, text):
    assert plain_text(html) == text


def test_wraps_words_but_never_addresses():
    address = "https://www.example.com/" + "x" * 100
    text = plain_text(f'<p>{"word " * 40}<a href="{address}">there</a></p><p><a href="{address}">Button</a></p>')
    assert f"({address})" in text
    assert f"Button:\n{address}\n" in text
    assert all(len(line) <= WIDTH for line in text.splitlines() if address not in line)


@given(st.text(max_size=200))
def test_takes_any_html(html):
    text = plain_text(html)
    assert text.endswith("\n")
    assert not any(mark in text for mark in "\ue000\ue001\ue002")


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=60))
def test_keeps_every_word(word):
    assert plain_text(f"<p>{word}</p>") == f"{word}\n"
