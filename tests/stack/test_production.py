"""The files that describe production: they parse, agree with each other and the settings, and let nobody be root."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import yaml

from config.stack.binaries import postgres_folder
from config.stack.embedded import EmbeddedStack
from config.stack.healthcheck import CHECKS
from config.stack.places import CHECKOUT
from config.stack.programs import programs

COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
PROGRAMS = ("web", "worker", "beat", "orchestrator")
EXAMPLE = (CHECKOUT / ".env.example").read_text()
# Read by compose, by the supervisor or by tools, beside what settings read.
READ_BY_OTHERS = {
    "COMPOSE_PROJECT_NAME",
    "POSTGRES_PASSWORD",
    "OWNER_PASSWORD",
    "APP_PASSWORD",
    "VALKEY_PASSWORD",
    "MAIL_PORT",
    "PORT",
    "BIND",
    "DEMO_ACCOUNTS",
    "PERENNIAL_PG_BIN",
    "WEB_PROCESSES",
    "WEB_THREADS",
    "WORKER_PROCESSES",
}


def documented() -> set[str]:
    return set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", EXAMPLE, re.MULTILINE))


def read_by_settings() -> set[str]:
    settings = (CHECKOUT / "config" / "settings.py").read_text()
    return set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z][A-Z_]+)\"", settings))


def test_env_example_documents_exactly_what_is_read() -> None:
    assert documented() == read_by_settings() | READ_BY_OTHERS


def test_env_example_gives_compose_every_variable_it_insists_on() -> None:
    text = (CHECKOUT / "docker-compose.yml").read_text()
    insisted = set(re.findall(r"\$\{([A-Z_]+):\?", text))
    given = set(re.findall(r"^([A-Z_]+)=.+", EXAMPLE, re.MULTILINE))
    assert insisted == {"SECRET_KEY", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "VALKEY_PASSWORD"}
    assert insisted <= given
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) <= documented()


def test_compose_holds_the_programs_their_servers_and_a_mail_catcher() -> None:
    services = COMPOSE["services"]
    assert sorted(services) == sorted((*PROGRAMS, "migrations", "postgres", "valkey", "mail"))
    assert services["postgres"]["image"] == "postgres:18"
    assert services["valkey"]["image"] == "valkey/valkey:9"
    assert {services[name]["image"] for name in PROGRAMS} == {"perennial"}


def test_compose_runs_each_program_with_its_own_health_check() -> None:
    for name in PROGRAMS:
        service = COMPOSE["services"][name]
        assert service["command"] == [name]
        assert service["healthcheck"]["test"][-2:] == ["config.stack.healthcheck", name]
    assert sorted(CHECKS) == sorted(programs({})) == sorted(PROGRAMS)
    for name in ("postgres", "valkey", "mail"):
        assert COMPOSE["services"][name]["healthcheck"]["test"]


def test_compose_gives_the_owners_password_to_migrations_alone() -> None:
    services = COMPOSE["services"]
    holders = [name for name in (*PROGRAMS, "migrations") if "OWNER_PASSWORD" in str(services[name]["environment"])]
    assert holders == ["migrations"]
    for name in (*PROGRAMS, "migrations"):
        url = services[name]["environment"]["DATABASE_URL"]
        assert urlsplit(re.sub(r"\$\{.*?\}", "secret", url)).username == "perennial_app"


def test_compose_opens_no_server_to_the_network_and_lets_programs_do_little() -> None:
    services = COMPOSE["services"]
    assert [name for name in services if "ports" in services[name]] == ["web", "mail"]
    for name in ("web", "mail"):
        assert all("127.0.0.1" in port for port in services[name]["ports"])
    for name in PROGRAMS:
        assert (services[name]["read_only"], services[name]["cap_drop"]) == (True, ["ALL"])


def docker_compose() -> list[str]:
    """Return the command of compose here: the plugin, or the program of its own; [] when there is none."""
    with_plugin = ["docker", "compose"]
    if shutil.which("docker") and not subprocess.run([*with_plugin, "version"], capture_output=True).returncode:
        return with_plugin
    return ["docker-compose"] if shutil.which("docker-compose") else []


@pytest.mark.skipif(not docker_compose(), reason="there is no docker compose here")
def test_compose_is_accepted_by_docker_itself() -> None:
    command = [*docker_compose(), "--env-file", ".env.example", "config", "--quiet"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_image_is_not_root_installs_by_hash_and_checks_its_health() -> None:
    lines = (CHECKOUT / "Dockerfile").read_text().splitlines()
    last = [line.split()[1] for line in lines if line.startswith("USER ")][-1]
    assert last == "perennial"
    assert any("--require-hashes" in line and "app.txt" in line for line in lines)
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert lines[-2:] == ['ENTRYPOINT ["python", "-m", "config.stack.programs"]', 'CMD ["web"]']


def test_image_never_gets_secrets_or_history() -> None:
    ignored = (CHECKOUT / ".dockerignore").read_text().splitlines()
    assert {".git", ".env", ".env.*", ".perennial", ".venv"} <= set(ignored)


def test_roles_script_makes_the_roles_the_database_and_the_extensions(stack: EmbeddedStack, tmp_path: Path) -> None:
    superuser = stack.superuser_url()
    statements = ["DROP DATABASE perennial", "DROP ROLE perennial_app", "DROP ROLE perennial_owner"]
    run_as_superuser(superuser, *statements)
    host = superuser.partition("?host=")[2]
    found = {"POSTGRES_USER": "postgres", "OWNER_PASSWORD": "it's owned", "APP_PASSWORD": "app"}
    path = f"{postgres_folder()}:{os.environ['PATH']}"
    script = ["sh", str(CHECKOUT / "config" / "stack" / "create_roles.sh")]
    subprocess.run(script, env=found | {"PATH": path, "PGHOST": host}, check=True, capture_output=True, cwd="/")
    rows = run_as_superuser(
        superuser,
        """SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolpassword IS NOT NULL FROM pg_authid
        WHERE rolname LIKE 'perennial%' ORDER BY 1""",
    )
    assert rows == [("perennial_app", False, False, False, True), ("perennial_owner", False, False, False, True)]
    connection = psycopg2.connect(stack.environment()["DATABASE_URL"])
    connection.close()


def run_as_superuser(url: str, *statements: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url.replace("/perennial?", "/template1?"))
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
