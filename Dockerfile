# One image for every program: the argument says which (web, worker, beat, orchestrator, or a management command).
FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY config/requirements/app.txt /tmp/app.txt
RUN /opt/venv/bin/pip install --require-hashes --only-binary=:all: --no-compile -r /tmp/app.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings PERENNIAL_HOME=/var/lib/perennial BIND=0.0.0.0 PORT=8000
RUN groupadd --gid 10001 perennial \
 && useradd --uid 10001 --gid perennial --home-dir /var/lib/perennial --create-home --shell /usr/sbin/nologin perennial
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
# The static files get names that carry their hash and are compressed once, here; no setting of a person is needed.
RUN SECRET_KEY=for-the-build-only python manage.py collectstatic --no-input
USER perennial
VOLUME /var/lib/perennial
EXPOSE 8000
STOPSIGNAL SIGTERM
# docker-compose.yml gives each program its own check; this one is for the web process, which is the default.
HEALTHCHECK --interval=15s --timeout=10s --start-period=40s --retries=3 \
    CMD ["python", "-m", "config.stack.healthcheck", "web"]
ENTRYPOINT ["python", "-m", "config.stack.programs"]
CMD ["web"]
