import json
import logging

import pytest

from config.logs import JsonFormatter, without_personal_data


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Courriel à marie.tremblay+fil@exemple.qc.ca envoyé", "Courriel à [courriel] envoyé"),
        ("de 203.0.113.9 à 14:05:33", "de [adresse] à 14:05:33"),
        ("de 2001:db8::8a2e:370:7334", "de [adresse]"),
        ("GET /recherche?q=grossesse HTTP/1.1", "GET /recherche?[…] HTTP/1.1"),
        ("duplicate key\nDETAIL:  Key (email)=(a@b.ca) already exists.", "duplicate key"),
        ("rien de personnel : 12 publications", "rien de personnel : 12 publications"),
    ],
)
def test_what_names_a_person_is_taken_out(written, kept):
    assert without_personal_data(written) == kept


def test_record_is_one_json_line_with_known_extras_only():
    record = logging.makeLogRecord(
        {
            "name": "parvis.request",
            "levelname": "INFO",
            "msg": "request\nfake",
            "status": 200,
            "email": "a@b.ca",
        },
    )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    entry = json.loads(line)
    assert (entry["message"], entry["status"], entry["level"]) == ("request\nfake", 200, "INFO")
    assert "a@b.ca" not in line


def test_error_is_told_without_the_values_that_caused_it():
    try:
        raise ValueError("adresse inconnue : marie@exemple.qc.ca")  # noqa: TRY301
    except ValueError:
        import sys

        record = logging.makeLogRecord({"msg": "échec", "exc_info": sys.exc_info()})
    entry = json.loads(JsonFormatter().format(record))
    assert entry["error"] == "ValueError"
    assert "marie@" not in entry["trace"]
    assert "[courriel]" in entry["trace"]


def test_request_is_logged_by_route_and_number(client, db, caplog):
    caplog.set_level(logging.INFO, logger="parvis.request")
    response = client.get("/sante/vivant?courriel=marie@exemple.qc.ca", REMOTE_ADDR="203.0.113.9")
    [record] = [record for record in caplog.records if record.name == "parvis.request"]
    assert (record.method, record.route, record.status) == ("GET", "sante/vivant", 200)
    line = JsonFormatter().format(record)
    assert "marie" not in line
    assert "203.0.113.9" not in line
    assert len(response["X-Request-Id"]) == 16
