"""Lints Dockerfile and docker-compose.yml without a Docker engine."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def dockerfile_faults(text: str) -> list[str]:
    instructions = [line for line in text.replace("\\\n", " ").splitlines() if re.match(r"^[A-Z]+\s", line)]
    words = [line.split()[0] for line in instructions]
    last_stage = instructions[max(i for i, word in enumerate(words) if word == "FROM"):]
    of = lambda word: [line for line in last_stage if line.startswith(word + " ")]
    faults = []
    if not of("USER") or "root" in of("USER")[-1]:
        faults.append("Dockerfile: the last stage must not run as root")
    if not of("HEALTHCHECK"):
        faults.append("Dockerfile: no HEALTHCHECK")
    volumes = " ".join(of("VOLUME"))
    faults += [f"Dockerfile: no volume for {name}" for name in ("inbox", "data") if name not in volumes]
    faults += [f"Dockerfile: {line}: pin a tag" for line in instructions if line.startswith("FROM ") and ":" not in line.split()[1]]
    if any(re.search(r"(SECRET|PASSWORD|KEY)=", line) for line in instructions):
        faults.append("Dockerfile: a secret is baked in")
    return faults


def compose_faults(text: str) -> list[str]:
    """A small reader of the subset of YAML the file uses: services by two blanks, keys by four."""
    services: dict[str, str] = {}
    for block in re.split(r"(?m)^(?=  \w)", text.split("\nvolumes:\n")[0].split("services:\n")[1]):
        if match := re.match(r"  (\w+):\n", block):
            services[match[1]] = block
    open_services = [name for name, block in services.items() if "profiles:" not in block]
    faults = []
    if open_services != ["dinamika"]:
        faults.append(f"docker-compose.yml: one service by default, found {open_services}")
    if "profiles: [s3]" not in services.get("s3", ""):
        faults.append("docker-compose.yml: the S3 server belongs to the profile s3")
    for name, block in services.items():
        for variable in re.findall(r"(\w*(?:SECRET|PASSWORD)\w*): (\S+)", block):
            if not variable[1].startswith("${"):
                faults.append(f"docker-compose.yml: {name}: {variable[0]} is written in the file")
    for volume in ("/project/inbox", "/project/data"):
        if volume not in services.get("dinamika", ""):
            faults.append(f"docker-compose.yml: no volume {volume}")
    if re.search(r'ports: \["(?!127\.0\.0\.1)', text):
        faults.append("docker-compose.yml: a port is published beyond loopback by default")
    return faults


faults = dockerfile_faults((ROOT / "Dockerfile").read_text()) + compose_faults((ROOT / "docker-compose.yml").read_text())
print("\n".join(faults) or "container files: no faults")
sys.exit(bool(faults))
