# syntax=docker/dockerfile:1
# The service and the command line in one image: non-root, nothing written outside /var/lib/mashlink and /tmp.
# A hub pins the base by digest: --build-arg PYTHON=python:3.11-slim-bookworm@sha256:… (docs/operations.md).
ARG PYTHON=python:3.11-slim-bookworm
FROM ${PYTHON} AS build
WORKDIR /src
COPY requirements/run.lock requirements/run.lock
RUN python -m venv /opt/mashlink \
    && /opt/mashlink/bin/pip install --no-cache-dir --require-hashes --only-binary :all: --no-deps -r requirements/run.lock
COPY . .
RUN python -m venv /opt/builder \
    && /opt/builder/bin/pip install --no-cache-dir --require-hashes --only-binary :all: --no-deps -r requirements/dev.lock \
    && /opt/builder/bin/python -m hatchling build -t wheel -d /tmp/wheel \
    && /opt/mashlink/bin/pip install --no-cache-dir --no-index --no-deps /tmp/wheel/*.whl

FROM ${PYTHON}
RUN useradd --system --uid 10001 --home-dir /var/lib/mashlink --create-home --shell /usr/sbin/nologin mashlink \
    && chmod 0700 /var/lib/mashlink
COPY --from=build /opt/mashlink /opt/mashlink
ENV PATH=/opt/mashlink/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER mashlink
WORKDIR /var/lib/mashlink
VOLUME ["/var/lib/mashlink"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["mashlink"]
CMD ["serve", "--store", "/var/lib/mashlink/store", "--host", "0.0.0.0", "--port", "8000"]
