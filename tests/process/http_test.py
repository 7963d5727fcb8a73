#!/usr/bin/env python3
"""Who may read what over HTTP: tokens, rights on logs, and a master with a certificate."""
import os

import cluster
from cluster import ClusterTest, read, run, wait_until

TOKENS = {"alice": "a" * 24, "bob": "b" * 24}
RIGHTS = """rules:
  - {principal: alice, verbs: [read_logs]}
  - {principal: bob, verbs: [kill]}
"""


def write_private(path, text):
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) \
            as file:
        file.write(text)
    return path


class Http(ClusterTest):
    def as_person(self, one, name, *arguments):
        return one.fairlead("--http-token-file", f"{one.top}/{name}", *arguments)

    def with_tokens(self, one):
        """The flag that makes a server ask for a token, each person's own beside it."""
        for name, token in TOKENS.items():
            write_private(f"{one.top}/{name}", f"{token} {name}\n")
        all_tokens = "".join(f"{token} {name}\n" for name, token in TOKENS.items())
        return ["--token-file", write_private(one.top + "/tokens", all_tokens)]

    def test_logs_are_for_those_with_the_right_to_read_them(self):
        one = self.start("--agents", "1")
        job = one.submit("--", "echo", "the secret recipe")
        one.wait_for_job(job)
        task = one.get("/api/v1/tasks?limit=10")["tasks"][0]
        rights = write_private(one.top + "/rights.yaml", RIGHTS)
        one.restart_in_place("agent-1", "--acl-file", rights, *self.with_tokens(one))

        def address():
            agent = one.json("agents")["agents"][0]
            return agent["state"] == "active" and agent["http_address"] != task["agent_http"] \
                and agent["http_address"]
        agent = wait_until(address, "the master knows the agent's new address")
        url = f"http://{agent}/api/v1/files?path={task['container_path']}/stdout"
        self.assertEqual(self.fetch(url, TOKENS["alice"]), ("200", "the secret recipe\n"))
        for token, status in ((TOKENS["bob"], "403"), ("c" * 24, "401"), (None, "401")):
            for path in (url, url.replace("/files", "/browse").replace("/stdout", "")):
                with self.subTest(token=token, path=path):
                    got, body = self.fetch(path, token)
                    self.assertEqual(got, status, body)
                    self.assertNotIn("recipe", body)

    def test_the_command_line_speaks_tls_with_a_master_that_its_authority_signed(self):
        one = self.start("--agents", "1")
        self.make_certificate(one.top)
        one.restart_in_place("master", "--http-cert", one.top + "/tls.pem",
                     "--http-key", one.top + "/tls.key", *self.with_tokens(one))
        port = one.record()["master_http"].rpartition(":")[2]
        at = ["--master-http", f"https://127.0.0.1:{port}"]
        trusted = [*at, "--http-ca", one.top + "/tls.pem"]
        self.assertIn("agent-1", self.as_person(one, "alice", *trusted, "agents").stdout)
        elsewhere = ["--master-http", f"https://localhost:{port}", "--http-ca", one.top + "/tls.pem"]
        for said, flags in {"not trusted: self-signed certificate": at,
                            "this port speaks TLS": ["--master-http", f"127.0.0.1:{port}"],
                            "hostname mismatch": elsewhere}.items():
            with self.subTest(said=said):
                answer = self.as_person(one, "alice", *flags, "agents")
                self.assertIn(said, answer.stderr)
                self.assertNotEqual(answer.returncode, 0)
                self.assertEqual(answer.stdout, "")
        answer = one.fairlead(*trusted, "agents")
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn("token", answer.stderr)

    def make_certificate(self, folder):
        answer = run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                      "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=master",
                      "-addext", "subjectAltName=IP:127.0.0.1",
                      "-keyout", folder + "/tls.key", "-out", folder + "/tls.pem"])
        self.assertEqual(answer.returncode, 0, answer.stderr)
        os.chmod(folder + "/tls.key", 0o600)

    def fetch(self, url, token):
        """Status and body of a GET."""
        header = ["-H", f"Authorization: Bearer {token}"] if token else []
        answer = run(["curl", "-s", "--noproxy", "*", "-w", "\n%{http_code}", *header, url])
        body, _, status = answer.stdout.rpartition("\n")
        return status, body


if __name__ == "__main__":
    cluster.main()
