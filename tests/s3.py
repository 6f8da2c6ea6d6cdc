"""The same project on an S3-compatible store by configuration alone: the inbox and the lake in a bucket.

    python3 tests/s3.py target/debug/dinamika

The bucket is served by moto's server process. The standard project's examples are run twice, from folders and
from the bucket; every published value must be the same. Then what a night on S3 must do: read nothing twice,
take a corrected file, give back an older release, survive being killed, and serve over HTTP what lies there.
"""
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import boto3

KEY = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "examples"
VALUES = "select indicator, level, entity, period, subject, grade, task, num, den, n, value, status from indicator_values order by 1, 2, 3, 4, 5, 6, 7"


def main(program: str) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        call(program, {}, "init", folder / "near")
        protocol(folder / "near" / "inbox")
        shutil.copytree(EXAMPLES, folder / "near" / "inbox", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.md"))
        expected = run(program, {}, folder / "near")
        assert expected["release"] == 1, expected
        with Bucket(folder) as bucket:
            far = folder / "far"
            call(program, {}, "init", far)
            bucket.upload(folder / "near" / "inbox", "inbox")
            on_s3 = {**KEY, **bucket.environment, "DINAMIKA_INBOX": "s3://region/inbox", "DINAMIKA_LAKE": "s3://region/lake"}
            values = same_numbers(program, on_s3, folder / "near", far)
            nothing_twice(program, on_s3, far)
            a_withdrawn_row(program, on_s3, far, bucket, values)
            killed(program, on_s3, far, bucket)
            served(program, on_s3, far)
            assert not (far / "data" / "lake").exists(), "the lake was written to a folder too"
    print("served as the container is; the standard examples give the same values from a bucket as from folders")


def protocol(inbox: pathlib.Path) -> None:
    """Three schools that wrote a test, twelve pupils each."""
    lines = ["логин школы;регион;код обучающегося;пол;класс;вариант;отметка за предыдущую четверть/триместр;балл за 1;балл за 2;всего баллов"]
    for school in range(1, 4):
        for pupil in range(12):
            score = (school * 3 + pupil) % 15
            lines.append(f"sch23100{school};Город Раздольный;{40_001 + pupil};м;4А;1;4;{score // 2};{score - score // 2};{score}")
    at = inbox / "2021" / "ВПР по математике, 4 класс.csv"
    at.parent.mkdir(parents=True)
    at.write_text("\n".join(lines) + "\n")


def same_numbers(program, on_s3, near, far) -> list:
    done = run(program, on_s3, far)
    assert done["release"] == 1 and done["loaded"]["rows"] > 0, done
    here, there = (json.loads(call(program, env, "-C", at, "query", VALUES, "-f", "json")) for env, at in (({}, near), (on_s3, far)))
    assert len(here) > 100, len(here)
    assert here == there, "values from the bucket differ from values from folders"
    return there


def nothing_twice(program, on_s3, far) -> None:
    again = run(program, on_s3, far)
    assert again["release"] is None and again["pulled"]["new"] == again["loaded"]["rows"] == 0, again


def a_withdrawn_row(program, on_s3, far, bucket, values: list) -> None:
    """A corrected file under its old name makes a new release; the older one can be given back."""
    key = next(key for key in bucket.keys("inbox") if "4 класс" in key)
    text = bucket.read(key)
    bucket.write(key, text.rstrip(b"\r\n").rsplit(b"\n", 1)[0] + b"\n")
    done = run(program, on_s3, far)
    assert done["loaded"]["rows"] > 0 and done["release"] == 2, (key, done)
    call(program, on_s3, "-C", far, "releases", "publish", "1")
    older = json.loads(call(program, on_s3, "-C", far, "query", VALUES, "-f", "json"))
    assert older == values, "the older release is not what it was"
    bucket.write(key, text)


def killed(program, on_s3, far, bucket) -> None:
    """Killed at any moment, the next run completes, and no release names what is not there."""
    chance = random.Random(5)
    for _ in range(3):
        process = subprocess.Popen([program, "-C", str(far), "run", "--full"], env={**os.environ, **on_s3}, stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 3.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    run(program, on_s3, far)
    names = {key.removeprefix("lake/") for key in bucket.keys("lake")}
    releases = [json.loads(bucket.read(f"lake/{name}")) for name in names if name.startswith("releases/") and name.endswith(".json") and name[9].isdigit()]
    assert releases
    for release in releases:
        for table, (zone, version) in ((name, pinned[:2]) for name, pinned in release["tables"].items()):
            assert f"{zone}/{table}/_delta_log/{version:020}.json" in names, (release["id"], table, version)


def served(program, on_s3, far) -> None:
    """The start-up of docker-compose.yml as processes: open to all only once there is an account."""
    words = [program, "-C", str(far), "serve", "--bind", "0.0.0.0:0"]
    environment = {**os.environ, **on_s3, "DINAMIKA_SECRET": "a long random text", "TZ": "Europe/Moscow"}
    refused = subprocess.run(words, capture_output=True, text=True, env=environment, timeout=60)
    assert refused.returncode == 2 and "user add" in refused.stderr, refused
    add = [program, "-C", str(far), "user", "add", "admin", "--role", "administrator"]
    subprocess.run(add, input="correct horse battery\n", text=True, env=environment, check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        port = re.search(r"http://\S+:(\d+)", process.stdout.readline())[1]
        base = f"http://127.0.0.1:{port}"
        with urllib.request.urlopen(f"{base}/health") as answer:
            assert answer.status == 200
        with urllib.request.urlopen(f"{base}/api/v1/indicators/vpr.share2/values.csv?level=region") as answer:
            assert answer.read().startswith(b"indicator,level,entity"), base
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def run(program, environment, project) -> dict:
    return json.loads(call(program, environment, "-C", project, "run", "--json"))


def call(program, environment, *words) -> str:
    done = subprocess.run([program, *map(str, words)], capture_output=True, text=True, env={**os.environ, **environment})
    if done.returncode:
        sys.exit(f"{words}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.stdout


class Bucket:
    """A bucket `region` of an S3 server that ends with the block."""

    def __init__(self, folder: pathlib.Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.environment = {"AWS_ENDPOINT": self.address, "AWS_ALLOW_HTTP": "true"}
        server = pathlib.Path(sys.executable).with_name("moto_server")
        self.log = (folder / "moto.log").open("w")
        self.process = subprocess.Popen([server, "-H", "127.0.0.1", "-p", str(port)], stdout=self.log, stderr=self.log)

    def __enter__(self):
        for _ in range(100):
            try:
                urllib.request.urlopen(self.address).close()
                break
            except OSError:
                time.sleep(0.2)
        self.client = boto3.client(
            "s3", endpoint_url=self.address, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
        )
        self.client.create_bucket(Bucket="region")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def upload(self, folder: pathlib.Path, prefix: str) -> None:
        for at in folder.rglob("*"):
            if at.is_file():
                self.client.upload_file(str(at), "region", f"{prefix}/{at.relative_to(folder)}")

    def keys(self, prefix: str) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket="region", Prefix=f"{prefix}/")
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def read(self, key: str) -> bytes:
        return self.client.get_object(Bucket="region", Key=key)["Body"].read()

    def write(self, key: str, data: bytes) -> None:
        self.client.put_object(Bucket="region", Key=key, Body=data)


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).resolve()))
