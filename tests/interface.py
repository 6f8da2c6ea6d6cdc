"""The interface against its own description (OpenAPI), with made-up requests, as each role: schemathesis.

    python tests/interface.py PROGRAM REGION [EXAMPLES]

REGION is a project of `demo`; a copy of it is asked.

No answer may be 5xx, none may be of a status, a content type or a shape that the description does not tell. Starting
jobs is left out: a run takes minutes and changes what the others see.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

PASSWORD = "верная лошадь"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def main(program: str, region: str, examples: int) -> None:
    program = str(pathlib.Path(program).resolve())
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "region"
        shutil.copytree(region, folder)

        # The made-up requests come by the hundred.
        policy = folder / "policy.toml"
        policy.write_text(policy.read_text().replace("requests  = 600", "requests  = 0"))

        def run(*words: str, sent: str = "") -> str:
            ran = subprocess.run([program, "-C", folder, *words], input=sent, capture_output=True, text=True)
            assert ran.returncode == 0, ran.stdout + ran.stderr
            return ran.stdout

        school, municipality = run(
            "query", "select school_key, municipality_key from schools order by 1 limit 1", "-f", "csv").splitlines()[1].split(",")
        tokens = {"public": None}
        for role, words in {
            "administrator": [],
            "regional": [],
            "municipal": ["--municipalities", municipality],
            "school": ["--schools", school],
        }.items():
            run("user", "add", f"one-{role}", "--role", role, *words, sent=PASSWORD + "\n")
            tokens[role] = run("token", "create", f"one-{role}").strip()
        command = [program, "-C", folder, "serve", "--bind", "127.0.0.1:0", "--no-scheduler"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            base = "http://" + server.stdout.readline().split("http://")[1].split()[0]
            faults = [role for role, token in tokens.items() if not holds(base, role, token, examples)]
            assert server.poll() is None, "the server ended"
        finally:
            server.terminate()
            server.wait()
    assert not faults, f"the interface is not what it says: {', '.join(faults)}"
    print(f"the interface is what it says, as {', '.join(tokens)}")


def holds(base: str, role: str, token: str | None, examples: int) -> bool:
    words = [str(pathlib.Path(sys.executable).with_name("schemathesis")), "run", f"{base}/api/openapi.json",
             "--url", base, "--checks", CHECKS, "--phases", "examples,fuzzing", "--max-examples", str(examples),
             "--seed", "1", "--no-shrink", "--exclude-operation-id", "start_job", "--exclude-operation-id", "logout",
             "--suppress-health-check", "all", "--request-timeout", "60", "--max-time", "40"]
    if token:
        words += ["--header", f"Authorization: Bearer {token}"]
    ran = subprocess.run(words, capture_output=True, text=True)
    if ran.returncode != 0:
        print(f"== as {role}\n{ran.stdout}{ran.stderr}")
    return ran.returncode == 0


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 8)
