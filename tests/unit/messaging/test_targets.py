"""Addresses that webhooks may not go to, however they are written."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.messaging.targets import Target, is_public, target_of


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://crm.example.com", Target(True, "crm.example.com", 443, "/")),
        ("https://CRM.Example.com:8443/a?b=c", Target(True, "crm.example.com", 8443, "/a?b=c")),
        ("https://8.8.8.8/x", Target(True, "8.8.8.8", 443, "/x")),
        ("https://[2606:4700::1111]/", Target(True, "2606:4700::1111", 443, "/")),
        ("http://localhost:9000/hook", Target(False, "localhost", 9000, "/hook")),
    ],
)
def test_what_is_taken(url: str, target: Target) -> None:
    assert target_of(url) == target


def test_the_host_header_names_the_port_where_it_is_another() -> None:
    assert target_of("https://crm.example.com/x").authority == "crm.example.com"
    assert target_of("https://crm.example.com:8443/x").authority == "crm.example.com:8443"
    assert target_of("https://[2606:4700::1111]:8443/").authority == "[2606:4700::1111]:8443"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "crm.example.com",
        "ftp://crm.example.com",
        "file:///etc/passwd",
        "gopher://crm.example.com",
        "javascript:alert(1)",
        "//crm.example.com/",
        "http://crm.example.com/",
        "https://",
        "https://ann:secret@crm.example.com/",
        "https://crm.example.com@10.0.0.1/",
        "https://crm.example.com/#part",
        "https://crm.example.com:0/",
        "https://crm.example.com:99999/",
        "https://crm.example.com:port/",
        "https://intranet/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1]/",
        "https://[fe80::1%25eth0]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://[2001:0:a00:1::]/",
        "https://[ff02::1]/",
        "https://crm.example.com\\@10.0.0.1/",
        "https://crm.example.com/a b",
        "https://crm.example.com/a\r\nHost: other.example.com",
        "https://crm.example.com/\tx",
        "https://crm\u3002example.com/",
        "https://-crm.example.com/",
        "https://crm..example.com/",
        "https://crm.example.com/" + "x" * 2000,
    ],
)
def test_what_is_refused(url: str) -> None:
    with pytest.raises(ValueError) as refused:
        target_of(url)
    assert "secret" not in str(refused.value)


@given(st.ip_addresses(v=4))
def test_no_disguise_makes_a_private_address_public(address: object) -> None:
    """An IPv4 address within an IPv6 one never counts as public, whatever it is."""
    number = int(ip_address(str(address)))
    for disguised in (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80, number):
        assert not is_public(ip_address(disguised.to_bytes(16, "big")))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111"])
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))
