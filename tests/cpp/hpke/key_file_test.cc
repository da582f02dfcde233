#include "server-stub/hpke/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "server/temporary_folder.h"

namespace sotto::server {
namespace {

namespace fs = std::filesystem;

HpkeKeyFile NewKey(const HpkeSuite& suite = {}, bool advertise = true) {
  ChaCha20Source random(7);
  return {GenerateHpkeKeyPair(17, suite, random).value(), advertise};
}

void Write(const fs::path& path, const std::string& text, fs::perms permissions = fs::perms(0600)) {
  std::ofstream(path) << text;
  fs::permissions(path, permissions);
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

void ExpectMalformed(const fs::path& path, const std::string& named) {
  const auto read = ReadHpkeKeyFile(path);
  ASSERT_FALSE(read.ok()) << named;
  EXPECT_EQ(read.error().code, ErrorCode::kMalformed);
  EXPECT_NE(read.error().message.find(named), std::string::npos) << read.error().message;
}

TEST(HpkeKeyFile, IsReadBackAsTheSameKey) {
  const TemporaryFolder folder;
  for (const int kem : {0x0010, 0x0011, 0x0012, 0x0020, 0x0021}) {
    for (const bool advertise : {true, false}) {
      const HpkeKeyFile key = NewKey({static_cast<uint16_t>(kem), 0x0003, 0x0002}, advertise);
      const fs::path path = folder.path() / (std::to_string(kem) + (advertise ? "a" : "b"));
      ASSERT_TRUE(WriteHpkeKeyFile(path, key).ok());
      const auto read = ReadHpkeKeyFile(path);
      ASSERT_TRUE(read.ok()) << ToString(read.error());
      EXPECT_EQ(read.value().pair.config, key.pair.config);
      EXPECT_EQ(read.value().pair.private_key, key.pair.private_key);
      EXPECT_EQ(read.value().advertise, advertise);
    }
  }
}

TEST(HpkeKeyFile, IsTheOwnersAlone) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "key.toml";
  const mode_t before = umask(0);
  ASSERT_TRUE(WriteHpkeKeyFile(path, NewKey()).ok());
  umask(before);
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0600));
}

TEST(HpkeKeyFile, IsNeverWrittenOver) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "key.toml";
  Write(path, "something else");
  const Status written = WriteHpkeKeyFile(path, NewKey());
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(fs::file_size(path), std::string("something else").size());
  fs::create_symlink(folder.path() / "elsewhere", folder.path() / "link");
  EXPECT_FALSE(WriteHpkeKeyFile(folder.path() / "link", NewKey()).ok());
  EXPECT_FALSE(fs::exists(folder.path() / "elsewhere"));
}

TEST(HpkeKeyFile, WhichCannotBeWrittenIsSaid) {
  const TemporaryFolder folder;
  const Status written = WriteHpkeKeyFile(folder.path() / "missing" / "key.toml", NewKey());
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code, ErrorCode::kUnavailable);
}

TEST(HpkeKeyFile, WhichEverybodyCanReadIsRefused) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "key.toml";
  Write(path, RenderHpkeKeyFile(NewKey()), fs::perms(0644));
  const auto read = ReadHpkeKeyFile(path);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
  fs::permissions(path, fs::perms(0640));  // a group may: of the service's operators
  EXPECT_TRUE(ReadHpkeKeyFile(path).ok());
}

TEST(HpkeKeyFile, WhichIsMissingIsNotFound) {
  const TemporaryFolder folder;
  const auto read = ReadHpkeKeyFile(folder.path() / "key.toml");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kNotFound);
}

TEST(HpkeKeyFile, IsReadStrictly) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "key.toml";
  const std::string good = RenderHpkeKeyFile(NewKey());
  const auto expect = [&](const std::string& text, const std::string& named) {
    Write(path, text);
    ExpectMalformed(path, named);
  };
  expect("= 1", "line 1");
  expect("", "id is missing");
  expect(Replaced(good, "id = 17", "id = 256"), "id is 256");
  expect(Replaced(good, "id = 17", "id = \"17\""), "id is not an integer");
  expect(Replaced(good, "advertise = true", "advertise = \"yes\""), "advertise");
  expect(good + "advertize = true\n", "advertize");
  expect(Replaced(good, "kem = 0x0020", "kem = 0x0030"), "kem");
  expect(Replaced(good, "aead = 0x0001", "aead = 0xffff"), "exports only");
  expect(Replaced(good, "public_key = \"", "public_key = \"="), "public_key is not base64url");
  expect(Replaced(good, "private_key = \"", "private_key = \"AA"), "private_key");
  // A valid point, but of another key.
  const std::string other = dap::ToBase64Url(Bytes(32, 9));
  expect(Replaced(good, dap::ToBase64Url(NewKey().pair.config.public_key), other), "is not the private key's");
}

TEST(HpkeKeyFile, WithoutAdvertiseIsAdvertised) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "key.toml";
  Write(path, Replaced(RenderHpkeKeyFile(NewKey({}, false)), "advertise = false", ""));
  const auto read = ReadHpkeKeyFile(path);
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read.value().advertise);
}

TEST(HpkeSuiteName, IsTheRfcs) {
  EXPECT_EQ(SuiteName({}), "DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM");
  EXPECT_EQ(SuiteName({0x0012, 0x0003, 0x0003}), "DHKEM(P-521, HKDF-SHA512), HKDF-SHA512, ChaCha20Poly1305");
  EXPECT_EQ(SuiteName({0x0030, 0x0001, 0xffff}), "0x0030, HKDF-SHA256, export only");
}

}  // namespace
}  // namespace sotto::server
