#include "server-stub/hpke/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <vector>

#include "server-stub/config/file_descriptor.h"
#include "server-stub/config/files.h"
#include "server-stub/config/strict_table.h"
#include "server-stub/hpke/kem.h"

namespace sotto::server {
namespace {

constexpr size_t kMaxFileBytes = size_t{64} * 1024;
constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;

struct Name {
  uint16_t id;
  const char* text;
};
constexpr Name kKems[] = {{0x0010, "DHKEM(P-256, HKDF-SHA256)"},
                          {0x0011, "DHKEM(P-384, HKDF-SHA384)"},
                          {0x0012, "DHKEM(P-521, HKDF-SHA512)"},
                          {0x0020, "DHKEM(X25519, HKDF-SHA256)"},
                          {0x0021, "DHKEM(X448, HKDF-SHA512)"}};
constexpr Name kKdfs[] = {{0x0001, "HKDF-SHA256"}, {0x0002, "HKDF-SHA384"}, {0x0003, "HKDF-SHA512"}};
constexpr Name kAeads[] = {
    {0x0001, "AES-128-GCM"}, {0x0002, "AES-256-GCM"}, {0x0003, "ChaCha20Poly1305"}, {0xffff, "export only"}};

std::string Hex(uint16_t id) {
  char text[8];
  std::snprintf(text, sizeof(text), "0x%04x", id);
  return text;
}

template <size_t Size>
std::string NameOf(const Name (&names)[Size], uint16_t id) {
  const auto found = std::ranges::find(names, id, &Name::id);
  return found == std::end(names) ? Hex(id) : found->text;
}

Bytes ReadBytes(StrictTable& table, std::string_view key) {
  auto bytes = dap::FromBase64Url(table.RequiredString(key));
  if (bytes.ok() && !bytes.value().empty()) return std::move(bytes).value();
  table.Refuse(key, "is not base64url without padding.");
  return {};
}

bool ReadAdvertise(StrictTable& table) {
  const toml::node* node = table.Node("advertise");
  if (node == nullptr) return true;
  if (const auto* value = node->as_boolean()) return value->get();
  table.Refuse("advertise", "is neither true nor false.");
  return true;
}

HpkeKeyFile ReadKey(const toml::table& document, std::vector<std::string>& errors) {
  StrictTable table(document, "", errors);
  HpkeKeyFile file;
  dap::HpkeConfig& config = file.pair.config;
  config.id = static_cast<uint8_t>(table.RequiredInteger("id", 0, 0xff));
  config.kem_id = static_cast<uint16_t>(table.RequiredInteger("kem", 0, 0xffff));
  config.kdf_id = static_cast<uint16_t>(table.RequiredInteger("kdf", 0, 0xffff));
  config.aead_id = static_cast<uint16_t>(table.RequiredInteger("aead", 0, 0xffff));
  config.public_key = ReadBytes(table, "public_key");
  file.pair.private_key = ReadBytes(table, "private_key");
  file.advertise = ReadAdvertise(table);
  table.RefuseUnknownKeys();
  if (!errors.empty()) return file;

  if (const Status suite = CheckSuite({config.kem_id, config.kdf_id, config.aead_id}); !suite.ok()) {
    table.Refuse("kem", "with its kdf and aead is no suite: " + ToString(suite.error()));
    return file;
  }
  const auto public_key = hpke::PublicKeyOf(config.kem_id, file.pair.private_key);
  if (!public_key.ok()) {
    table.Refuse("private_key", "is none of its kem: " + ToString(public_key.error()));
  } else if (public_key.value() != config.public_key) {
    table.Refuse("public_key", "is not the private key's.");
  }
  return file;
}

Error CannotWrite(const std::filesystem::path& path) {
  return {ErrorCode::kUnavailable,
          "cannot write " + path.string() + ": " + std::generic_category().message(errno) + ".",
          "Check the folder and the space on its disk."};
}

}  // namespace

std::string SuiteName(const HpkeSuite& suite) {
  return NameOf(kKems, suite.kem_id) + ", " + NameOf(kKdfs, suite.kdf_id) + ", " + NameOf(kAeads, suite.aead_id);
}

Result<HpkeKeyFile> ReadHpkeKeyFile(const std::filesystem::path& path) {
  SOTTO_ASSIGN_OR_RETURN(std::string toml, ReadFile(path, kMaxFileBytes));
  std::error_code failure;
  const auto permissions = std::filesystem::status(path, failure).permissions();
  if (failure || (permissions & std::filesystem::perms::others_all) != std::filesystem::perms::none) {
    OPENSSL_cleanse(toml.data(), toml.size());
    return Error{ErrorCode::kInvalidArgument, path.string() + " can be read by everybody on this machine.",
                 "chmod 600 it, and make a new key if somebody may have read it."};
  }
  std::vector<std::string> errors;
  HpkeKeyFile file;
  try {
    const toml::table document = toml::parse(toml);
    file = ReadKey(document, errors);
  } catch (const toml::parse_error& error) {
    errors.push_back("line " + std::to_string(error.source().begin.line) + ": " + std::string(error.description()));
  }
  OPENSSL_cleanse(toml.data(), toml.size());
  if (errors.empty()) return file;
  std::string message = "key file " + path.string() + ":";
  for (const std::string& error : errors) message += "\n  " + error;
  return Error{ErrorCode::kMalformed, message, "`sotto hpke keygen` writes such a file."};
}

std::string RenderHpkeKeyFile(const HpkeKeyFile& file) {
  const dap::HpkeConfig& config = file.pair.config;
  return "# An HPKE key (RFC 9180). Whoever has it reads what was sealed to it: keep it on the server alone.\n"
         "id = " +
         std::to_string(config.id) + "\nkem = " + Hex(config.kem_id) + "  # " + NameOf(kKems, config.kem_id) +
         "\nkdf = " + Hex(config.kdf_id) + "  # " + NameOf(kKdfs, config.kdf_id) + "\naead = " + Hex(config.aead_id) +
         "  # " + NameOf(kAeads, config.aead_id) + "\npublic_key = \"" + dap::ToBase64Url(config.public_key) +
         "\"\nprivate_key = \"" + dap::ToBase64Url(file.pair.private_key) +
         "\"\n# false: still opens what was sealed to it, but is offered to no device.\nadvertise = " +
         (file.advertise ? "true" : "false") + "\n";
}

Status WriteHpkeKeyFile(const std::filesystem::path& path, const HpkeKeyFile& file) {
  const FileDescriptor out(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
  if (out.get() < 0 && errno == EEXIST) {
    return Error{ErrorCode::kInvalidArgument, path.string() + " is there already.",
                 "A key is never overwritten: choose another name, or move the old one away."};
  }
  if (out.get() < 0) return CannotWrite(path);
  const std::string text = RenderHpkeKeyFile(file);
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = write(out.get(), text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return CannotWrite(path);
    written += static_cast<size_t>(count);
  }
  // The umask took away, but never adds.
  if (fchmod(out.get(), kOwnerOnly) != 0 || fsync(out.get()) != 0) return CannotWrite(path);
  return {};
}

}  // namespace sotto::server
