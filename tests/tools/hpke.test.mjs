// `sotto hpke check` on published vectors, and on the same with one thing changed, which it must notice; `sotto hpke keygen`.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCli } from "../../web-demo/demo/programs.mjs";

const program = process.env.SOTTO_BUILD_DIR ? join(process.env.SOTTO_BUILD_DIR, "tools/cli/sotto") : findCli();
const folders = ["hpke-rfc9180", "hpke-rfc9180-janus"].map((name) =>
  resolve(process.env.SOTTO_VECTORS ?? "../shared/vectors", name),
);
const known = folders.every((folder) => existsSync(folder));
if (!known) console.info(`skipped: vectors not found in ${folders.join(", ")}`);

let folder;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-hpke-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hpke = (...args) =>
  new Promise((resolve) => {
    execFile(program, ["hpke", ...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ status: error?.code ?? 0, stdout, stderr }),
    );
  });
const check = (...files) => hpke("check", ...files);

/** Checks what `content` is as a file. */
const checkContent = (name, content) => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return check(path);
};

const flip = (hex) => (hex[0] === "0" ? "1" : "0") + hex.slice(1);

// RFC 9180, appendix A.1.1, with one message and one export.
const published = () => ({
  mode: 0,
  kem_id: 32,
  kdf_id: 1,
  aead_id: 1,
  info: "4f6465206f6e2061204772656369616e2055726e",
  ikmR: "6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037",
  ikmE: "7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234",
  skRm: "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
  skEm: "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736",
  pkRm: "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
  pkEm: "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
  enc: "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
  shared_secret: "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc",
  secret: "12fff91991e93b48de37e7daddb52981084bd8aa64289c3788471d9a9712f397",
  key: "4531685d41d65f03dc48f6b8302c05b0",
  base_nonce: "56d890e5accaaf011cff4b7d",
  exporter_secret: "45ff1c2e220db587171952c0592d5f5ebe103f1561a2614e38f2ffd47e99e3f8",
  encryptions: [
    {
      aad: "436f756e742d31",
      ct: "af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab251c03d0c22a56b8ca42c2063b84",
      nonce: "56d890e5accaaf011cff4b7c",
      pt: "4265617574792069732074727574682c20747275746820626561757479",
    },
  ],
  exports: [
    {
      exporter_context: "00",
      L: 32,
      exported_value: "2e8f0b54673c7029649d4eb9d5e33bf1872cf76d623ff164ac185da9e88c21a5",
    },
  ],
});

describe.runIf(known)("sotto hpke check", () => {
  it("passes every published vector, each message in both directions, and skips none", async () => {
    const files = folders.flatMap((each) => readdirSync(each).map((name) => join(each, name)));
    expect(files.length).toBe(3);
    const { status, stdout } = await check(...files);
    // 96 of 128 have 257 messages, sealed and opened; all have 3 exports, by sender and recipient.
    expect(stdout).toContain("5f503c5.json  128 passed, 0 failed, 0 skipped; 49344 messages, 768 exports");
    expect(stdout).toContain("aws-lc_hpke_test_vectors.txt  6 passed, 0 failed, 0 skipped; 3084 messages, 36 exports");
    expect(stdout).toContain("test-vectors.json  24 passed, 0 failed, 0 skipped; 24 messages, 0 exports");
    expect(stdout).toContain("158 passed, 0 failed, 0 skipped");
    expect(status).toBe(0);
  });

  it("fails where one bit of a message of the last vector is another", async () => {
    const [rfc] = folders;
    const vectors = JSON.parse(readFileSync(join(rfc, "test-vectors-5f503c5.json"), "utf8"));
    const last = vectors.findLastIndex((vector) => vector.encryptions.length > 0);
    const message = vectors[last].encryptions.at(-1);
    message.ct = flip(message.ct);
    const { status, stdout } = await checkContent("changed.json", vectors);
    expect(stdout).toContain("127 passed, 1 failed, 0 skipped");
    expect(stdout).toContain(`vector ${last} (mode`);
    expect(stdout).toContain("encryption 256: ct is");
    expect(status).toBe(1);
  });
});

describe("sotto hpke check", () => {
  it("passes the vector of the RFC's appendix", async () => {
    const { status, stdout } = await checkContent("rfc.json", [published()]);
    expect(stdout).toContain("pass  rfc.json  1 passed, 0 failed, 0 skipped; 2 messages, 2 exports");
    expect(status).toBe(0);
  });

  it.each(Object.keys(published()).filter((key) => typeof published()[key] === "string"))(
    "fails where %s is another",
    async (key) => {
      const vector = published();
      vector[key] = flip(vector[key]);
      const { status, stdout, stderr } = await checkContent("changed.json", [vector]);
      expect(stdout).toContain("0 passed, 1 failed, 0 skipped");
      expect(stderr).toContain("MISMATCH");
      expect(status).toBe(1);
    },
  );

  it.each([
    ["a message's ct", (v) => (v.encryptions[0].ct = flip(v.encryptions[0].ct))],
    ["a message's pt", (v) => (v.encryptions[0].pt = flip(v.encryptions[0].pt))],
    ["a message's aad", (v) => (v.encryptions[0].aad = flip(v.encryptions[0].aad))],
    ["a message's nonce", (v) => (v.encryptions[0].nonce = flip(v.encryptions[0].nonce))],
    ["a message's nonce, shorter", (v) => (v.encryptions[0].nonce = "56")],
    ["a message's number", (v) => delete v.encryptions[0].nonce],
    ["an export", (v) => (v.exports[0].exported_value = flip(v.exports[0].exported_value))],
    ["an export's context", (v) => (v.exports[0].exporter_context = "01")],
    ["an export's length", (v) => (v.exports[0].L = 31)],
    ["the mode", (v) => (v.mode = 2)],
    ["the KEM", (v) => (v.kem_id = 16)],
    ["the KDF", (v) => (v.kdf_id = 2)],
    ["the AEAD", (v) => (v.aead_id = 2)],
    ["a name's type", (v) => (v.info = 7)],
    ["a number's type", (v) => (v.kdf_id = "1")],
    ["the hexadecimal", (v) => (v.info = "4f6")],
    ["what is there to check", (v) => (v.encryptions = v.exports = [])],
    [
      "what keys there are",
      (v) => {
        for (const key of ["ikmR", "ikmE", "skRm", "skEm"]) delete v[key];
      },
    ],
  ])("fails where %s is another", async (_, change) => {
    const vector = published();
    change(vector);
    const { status, stdout } = await checkContent("changed.json", [published(), vector]);
    expect(stdout).toContain("1 passed, 1 failed, 0 skipped");
    expect(stdout).toContain("vector 1");
    expect(status).toBe(1);
  });

  it("checks what there is where fields are missing", async () => {
    const { mode, kem_id, kdf_id, aead_id, info, enc, pkRm, skRm, encryptions } = published();
    const fewer = { mode, kem_id, kdf_id, aead_id, info, enc, pkRm, skRm, encryptions };
    const { status, stdout } = await checkContent("fewer.json", [fewer]);
    expect(stdout).toContain("1 passed, 0 failed, 0 skipped; 1 messages, 0 exports");
    expect(status).toBe(0);
  });

  const text = ({ info, skRm, skEm, pkRm, pkEm, encryptions, exports } = published()) =>
    `mode = 0\nkdf_id = 1\naead_id = 1\ninfo = ${info}\nskRm = ${skRm}\nskEm = ${skEm}\npkRm = ${pkRm}\npkEm = ${pkEm}\n` +
    `# encryptions[0]\naad = ${encryptions[0].aad}\nct = ${encryptions[0].ct}\npt = ${encryptions[0].pt}\n` +
    `nonce = ${encryptions[0].nonce}\n# exports[0]\nexporter_context = ${exports[0].exporter_context}\nL = ${exports[0].L}\n` +
    `exported_value = ${exports[0].exported_value}\n`;

  it("reads text of lines, with line ends of either kind and any number of empty lines", async () => {
    const { status, stdout } = await checkContent("lines.txt", `\n${text()}\n\n${text().replaceAll("\n", "\r\n")}`);
    expect(stdout).toContain("pass  lines.txt  2 passed, 0 failed, 0 skipped; 4 messages, 4 exports");
    expect(status).toBe(0);
  });

  it.each([
    ["a message differs", text().replace("ct = a", "ct = b"), "vector 0 (mode 0, kem_id 32"],
    ["a name is unknown", text().replace("info", "inform"), "line 4: the name inform is unknown"],
    ["a name of a message is unknown", text().replace("nonce", "once"), "the name once is unknown"],
    ["a name stands twice", text().replace("kdf_id", "mode"), "line 2: mode stands twice"],
    ["a name is missing", text().replace("kdf_id = 1\n", ""), "kdf_id is missing"],
    ["a part of a message is missing", text().replace(/pt = .*\n/, ""), "pt is missing"],
    ["a line is none", text().replace("kdf_id = 1", "kdf_id"), "line 2: a line has no ="],
    ["a number is none", text().replace("kdf_id = 1", "kdf_id = one"), "line 2: kdf_id is no number"],
  ])("fails text in which %s", async (_, content, expected) => {
    const { status, stdout } = await checkContent("lines.txt", content);
    expect(stdout).toContain("FAIL  lines.txt");
    expect(stdout).toContain(expected);
    expect(status).toBe(1);
  });

  it("says what it skips and why, and does not call that alone a success", async () => {
    const others = [
      { ...published(), kem_id: 0x647a },
      { ...published(), kdf_id: 0x10 },
      { ...published(), aead_id: 9 },
      { ...published(), mode: 4 },
      { ...published(), kem_id: 0x647a },
    ];
    const skipped = await checkContent("others.json", others);
    expect(skipped.stdout).toContain("skip  others.json  0 passed, 0 failed, 5 skipped");
    for (const reason of ["skipped 2: no KEM 25722", "1: no KDF 16", "1: no AEAD 9", "1: no mode 4"]) {
      expect(skipped.stdout).toContain(reason);
    }
    expect(skipped.status).toBe(1);
    const mixed = await checkContent("mixed.json", [...others, published()]);
    expect(mixed.stdout).toContain("pass  mixed.json  1 passed, 0 failed, 5 skipped");
    expect(mixed.status).toBe(0);
  });

  it("fails a file that is empty, no JSON, no list, has no vector, or is not there", async () => {
    for (const content of ["", "\n", "[", "{}", "[]", "# nothing", '"text"', "[1]"]) {
      const { status, stdout } = await checkContent("none.json", content);
      expect(stdout, content).toContain("FAIL  none.json");
      expect(status, content).toBe(1);
    }
    const { status, stdout } = await check(join(folder, "missing.json"));
    expect(stdout).toContain("FAIL  missing.json");
    expect(status).toBe(1);
  });
});

describe("sotto hpke keygen", () => {
  it("writes a key that its owner alone can read, and never over another", async () => {
    const path = join(folder, "key.toml");
    const { status, stdout } = await hpke("keygen", "--id", "17", "--out", path);
    expect(status).toBe(0);
    const written = readFileSync(path, "utf8");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(written).toMatch(/^id = 17$/m);
    expect(written).toMatch(/^kem = 0x0020 .*X25519/m);
    expect(written).toMatch(/^kdf = 0x0001 /m);
    expect(written).toMatch(/^aead = 0x0001 /m);
    expect(written).toMatch(/^advertise = true$/m);
    const [, publicKey] = /^public_key = "([\w-]{43})"$/m.exec(written);
    const [, privateKey] = /^private_key = "([\w-]{43})"$/m.exec(written);
    expect(stdout).toContain(publicKey);
    expect(stdout).not.toContain(privateKey);

    const again = await hpke("keygen", "--id", "18", "--out", path);
    expect(again.status).toBe(1);
    expect(again.stderr).toContain("is there already");
    expect(readFileSync(path, "utf8")).toBe(written);
  });

  it("draws an id and a key, and names the file by the id", async () => {
    const [first, second] = [await hpke("keygen"), await hpke("keygen", "--out", "second.toml")];
    const [, path, id] = /^wrote (hpke-(\d+)\.toml): key \d+ of DHKEM/.exec(first.stdout);
    expect(readFileSync(join(folder, path), "utf8")).toContain(`id = ${id}\n`);
    expect(Number(id)).toBeLessThan(256);
    expect(second.stdout).not.toContain(/public key (\S+)/.exec(first.stdout)[1]);
  });

  it.each(["-1", "256", "x"])("refuses the id %s", async (id) => {
    expect((await hpke("keygen", "--id", id, "--out", "refused.toml")).status).toBe(2);
    expect(existsSync(join(folder, "refused.toml"))).toBe(false);
  });
});
