// Certificates of a test's own, made by openssl while it runs.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const kKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];

/** Files in PEM, of a certificate and its private key. */
class Certificate {
  constructor(folder, name) {
    this.certificate = join(folder, `${name}.pem`);
    this.privateKey = join(folder, `${name}.key`);
  }

  make(name, ...options) {
    const files = ["-keyout", this.privateKey, "-out", this.certificate];
    execFileSync("openssl", ["req", "-x509", ...kKey, "-subj", `/CN=${name}`, ...files, ...options], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    return this;
  }

  /** As options of node:tls. */
  get tls() {
    return { cert: readFileSync(this.certificate), key: readFileSync(this.privateKey) };
  }
}

export class Authority {
  #folder;
  #name;

  constructor(folder, name) {
    this.#folder = folder;
    this.#name = name;
    this.root = new Certificate(folder, name).make(name);
  }

  /** A certificate for a host, or of whoever proves by it to be `host`. */
  issue(name, host = name) {
    const ca = ["-CA", this.root.certificate, "-CAkey", this.root.privateKey];
    const what = ["-addext", `subjectAltName=DNS:${host}`, "-addext", "basicConstraints=critical,CA:FALSE"];
    return new Certificate(this.#folder, `${this.#name}-${name}`).make(name, ...ca, ...what);
  }
}
