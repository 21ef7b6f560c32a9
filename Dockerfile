# The service alone. Build: docker build -t compliance-scanner . ; run: see compose.yaml and docs/service.md.
FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml README.md CHANGELOG.md LICENSE NOTICE ./
COPY scanner scanner
COPY api api
COPY lexicons lexicons
RUN python -m venv /opt/scanner && /opt/scanner/bin/pip install --no-cache-dir '.[api]'

FROM python:3.11-slim
COPY --from=build /opt/scanner /opt/scanner
# A user without rights; /data holds the ledger and nothing else is written.
RUN useradd --system --uid 10001 --no-create-home scanner && install -d -o scanner -g scanner -m 0700 /data
USER scanner
WORKDIR /data
VOLUME /data
ENV PATH=/opt/scanner/bin:$PATH PYTHONUNBUFFERED=1 \
    SCANNER_LEDGER=/data/ledger.db SCANNER_HOST=0.0.0.0 SCANNER_PORT=8000 SCANNER_WORKERS=2 SCANNER_REQUIRE_KEYS=true
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["scanner"]
CMD ["serve"]
