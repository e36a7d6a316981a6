"""agent.toml and the environment: strict, and plain about what is wrong."""

from pathlib import Path

import pytest

from edge_agent.settings import SettingsError, load_settings

GOOD = """\
central_url = "https://central.example"
port = 8100

[devices.printer]
driver = "escpos"
address = "serial:/dev/totem/printer?baud=115200"

[devices.reader]
driver = "abecs"
address = "tcp:127.0.0.1:9300"
options = { acquirer = "04" }
"""


def written(folder: Path, text: str) -> Path:
    (folder / "agent.toml").write_text(text)
    return folder


def test_a_good_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, GOOD), {})
    assert (settings.port, settings.host, settings.probe_s) == (8100, "127.0.0.1", 60.0)
    assert settings.devices.reader.options == {"acquirer": "04"}
    assert settings.data_dir == tmp_path.resolve()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    environ = {
        "TOTEM_PORT": "8200",
        "TOTEM_DEVICES__PRINTER__ADDRESS": "tcp:127.0.0.1:9100",
        "TOTEM_CENTRAL_DATABASE_URL": "somebody else's",
        "HOME": "/root",
    }
    settings = load_settings(written(tmp_path, GOOD), environ)
    assert settings.port == 8200
    assert settings.devices.printer.driver == "escpos"
    assert settings.devices.printer.address == "tcp:127.0.0.1:9100"


def test_where_reader_and_paper_are_is_the_cabinets_own(tmp_path: Path) -> None:
    usual = load_settings(written(tmp_path, GOOD), {}).screen
    assert (usual.reader, usual.paper) == ("beside", "below")
    other = load_settings(
        written(tmp_path, GOOD + '[screen]\nreader = "left"\npaper = "right"'), {}
    )
    assert (other.screen.reader, other.screen.paper) == ("left", "right")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("port = 8100", "prot = 8100", r"agent\.toml: unknown key prot; allowed: central_url, "),
        ('driver = "abecs"', 'drvier = "x"', r"unknown key devices\.reader\.drvier; allowed: d"),
        ("port = 8100", "port = 81000", r"agent\.toml: port: Expected `int` <= 65535"),
        ("port = 8100", 'port = "8100"', r"port: Expected `int`"),
        ("port = 8100", 'host = "0.0.0.0"', r"host: Invalid enum value '0\.0\.0\.0'"),
        ("port = 8100", 'screen.reader = "back"', r"screen\.reader: Invalid enum value 'back'"),
        ("port = 8100", 'log_level = "loud"', r"log_level: Invalid enum value"),
        ("port = 8100", "feed_wait_s = 60", r"feed_wait_s: Expected `int` <= 25"),
        ("port = 8100", 'data_dir = "/tmp"', r"unknown key data_dir"),
        ('"https://central.example"', '"central"', r"central_url: https://HOST"),
        ('"https://central.example"', '"https://c.example/api"', r"nothing behind it"),
        ('"https://central.example"', '"http://c.example"', r"use https://"),
        ("central_url", "# central_url", r"missing required field `central_url`"),
        ("port = 8100", "port = = 1", r"agent\.toml: "),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_settings(written(tmp_path, GOOD.replace(old, new)), {})


def test_a_mistake_in_the_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="the environment: unknown key prot"):
        load_settings(written(tmp_path, GOOD), {"TOTEM_PROT": "1"})
    with pytest.raises(SettingsError, match=r"agent\.toml and TOTEM_\*: port: Expected `int`"):
        load_settings(written(tmp_path, GOOD), {"TOTEM_PORT": "many"})


def test_a_missing_file_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"agent\.toml is not there: write one with"):
        load_settings(tmp_path, {})


def test_plain_http_is_for_this_machine(tmp_path: Path) -> None:
    for host in ("127.0.0.1:9000", "localhost:9000", "[::1]:9000"):
        text = GOOD.replace("https://central.example", f"http://{host}")
        assert load_settings(written(tmp_path, text), {}).central_url == f"http://{host}"
