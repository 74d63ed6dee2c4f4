#!/bin/sh
# Run once by the postgres image on an empty volume: the two roles and the database, as docs/operations.md describes.
# The owner migrates; the application may neither create tables nor go round row-level security.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE perennial_owner LOGIN PASSWORD :'owner_password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE perennial_app LOGIN PASSWORD :'app_password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE DATABASE perennial OWNER perennial_owner;
REVOKE ALL ON DATABASE perennial FROM PUBLIC;
GRANT CONNECT ON DATABASE perennial TO perennial_app;
\connect perennial
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
SQL
