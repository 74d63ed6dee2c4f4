"""Looks at a server that the person named (DATABASE_URL, REDIS_URL) before anything starts on it. Changes nothing."""

import psycopg2
import redis

from config.stack.errors import StackError
from config.stack.processes import last_lines

SECONDS_TO_ANSWER = 5


def check_database(url: str) -> None:
    """Raise StackError unless `url` leads to a PostgreSQL that lets us in."""
    try:
        psycopg2.connect(url, connect_timeout=SECONDS_TO_ANSWER).close()
    except psycopg2.Error as problem:
        raise StackError(
            f"DATABASE_URL is set, but that database cannot be reached: {last_lines(str(problem))}. "
            "Correct it, start that server, or unset it to use the embedded one."
        ) from problem


def check_redis(url: str) -> None:
    """Raise StackError unless `url` leads to a Redis or Valkey that lets us in."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=SECONDS_TO_ANSWER) as connection:
            connection.ping()
    except (redis.RedisError, ValueError) as problem:
        raise StackError(
            f"REDIS_URL is set, but that server cannot be reached: {last_lines(str(problem))}. "
            "Correct it, start that server, or unset it to use the embedded one."
        ) from problem
