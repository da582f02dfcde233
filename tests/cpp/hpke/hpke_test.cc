#include "server-stub/hpke/hpke.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <memory>
#include <thread>

#include "server-stub/hpke/context.h"

namespace sotto::server {
namespace {

constexpr uint16_t kKemIds[] = {0x0010, 0x0011, 0x0012, 0x0020, 0x0021};
constexpr uint16_t kKdfIds[] = {0x0001, 0x0002, 0x0003};
constexpr uint16_t kAeadIds[] = {0x0001, 0x0002, 0x0003};

Bytes Hex(std::string_view text) {
  return FromHex(text).value();
}
std::string Text(ByteSpan bytes) {
  return {bytes.begin(), bytes.end()};
}
std::string HexOf(ByteSpan bytes) {
  return ToHex(bytes);
}

std::vector<HpkeSuite> AllSuites() {
  std::vector<HpkeSuite> suites;
  for (const uint16_t kem : kKemIds) {
    for (const uint16_t kdf : kKdfIds) {
      for (const uint16_t aead : kAeadIds) suites.push_back({kem, kdf, aead});
    }
  }
  return suites;
}

std::string Name(const HpkeSuite& suite) {
  return std::to_string(suite.kem_id) + " " + std::to_string(suite.kdf_id) + " " + std::to_string(suite.aead_id);
}

template <class T>
void ExpectError(const Result<T>& result, ErrorCode code, const std::string& where = "") {
  ASSERT_FALSE(result.ok()) << where;
  EXPECT_EQ(result.error().code, code) << where << ": " << ToString(result.error());
}

struct Sealed {
  HpkeKeyPair key;
  dap::HpkeCiphertext ciphertext;
};

Sealed Seal(const HpkeSuite& suite, ByteSpan plaintext, uint64_t seed = 1) {
  ChaCha20Source random(seed);
  auto key = GenerateHpkeKeyPair(17, suite, random);
  EXPECT_TRUE(key.ok());
  auto ciphertext = SealBase(key.value().config, AsBytes("info"), AsBytes("aad"), plaintext, random);
  EXPECT_TRUE(ciphertext.ok()) << Name(suite);
  return {key.value(), ciphertext.value()};
}

// RFC 9180, appendix A.1.1: base mode of DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.
TEST(Hpke, GivesEveryValueOfAppendixA1) {
  using namespace hpke;
  constexpr uint16_t kX25519 = 0x0020;
  const HpkeSuite suite{kX25519, 0x0001, 0x0001};
  const auto ephemeral =
      DeriveKeyPair(kX25519, Hex("7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234"));
  ASSERT_TRUE(ephemeral.ok());
  EXPECT_EQ(HexOf(ephemeral.value().public_key), "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
  EXPECT_EQ(HexOf(ephemeral.value().private_key), "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736");
  const auto recipient =
      DeriveKeyPair(kX25519, Hex("6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037"));
  ASSERT_TRUE(recipient.ok());
  EXPECT_EQ(HexOf(recipient.value().public_key), "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
  EXPECT_EQ(HexOf(recipient.value().private_key), "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");

  const auto encapsulated = Encap(kX25519, recipient.value().public_key, ephemeral.value());
  ASSERT_TRUE(encapsulated.ok());
  EXPECT_EQ(HexOf(encapsulated.value().enc), "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
  EXPECT_EQ(HexOf(encapsulated.value().shared_secret),
            "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc");
  const auto decapsulated =
      Decap(kX25519, encapsulated.value().enc, recipient.value().private_key, recipient.value().public_key);
  ASSERT_TRUE(decapsulated.ok());
  EXPECT_EQ(decapsulated.value(), encapsulated.value().shared_secret);

  const Bytes info = Hex("4f6465206f6e2061204772656369616e2055726e");  // "Ode on a Grecian Urn"
  auto schedule = KeySchedule(suite, Mode::kBase, encapsulated.value().shared_secret, info, {});
  ASSERT_TRUE(schedule.ok());
  EXPECT_EQ(
      HexOf(schedule.value().key_schedule_context),
      "00725611c9d98c07c03f60095cd32d400d8347d45ed67097bbad50fc56da742d07cb6cffde367bb0565ba28bb02c90744a20f5ef37f3"
      "0523526106f637abb05449");
  EXPECT_EQ(HexOf(schedule.value().secret), "12fff91991e93b48de37e7daddb52981084bd8aa64289c3788471d9a9712f397");
  EXPECT_EQ(HexOf(schedule.value().key), "4531685d41d65f03dc48f6b8302c05b0");
  EXPECT_EQ(HexOf(schedule.value().base_nonce), "56d890e5accaaf011cff4b7d");
  EXPECT_EQ(HexOf(schedule.value().exporter_secret),
            "45ff1c2e220db587171952c0592d5f5ebe103f1561a2614e38f2ffd47e99e3f8");

  Context sender(suite, schedule.value());
  Context receiver(suite, schedule.value());
  const Bytes plaintext = Hex("4265617574792069732074727574682c20747275746820626561757479");
  const std::pair<std::string, std::string> messages[] = {
      {"Count-0", "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"},
      {"Count-1", "af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab251c03d0c22a56b8ca42c2063b84"},
      {"Count-2", "498dfcabd92e8acedc281e85af1cb4e3e31c7dc394a1ca20e173cb72516491588d96a19ad4a683518973dcc180"},
  };
  for (const auto& [aad, ciphertext] : messages) {
    const auto sealed = sender.Seal(AsBytes(aad), plaintext);
    ASSERT_TRUE(sealed.ok());
    EXPECT_EQ(HexOf(sealed.value()), ciphertext);
    const auto opened = receiver.Open(AsBytes(aad), Hex(ciphertext));
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(opened.value(), plaintext);
  }
  const std::pair<std::string, std::string> exports[] = {
      {"", "3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee"},
      {"00", "2e8f0b54673c7029649d4eb9d5e33bf1872cf76d623ff164ac185da9e88c21a5"},
      {"54657374436f6e74657874", "e9e43065102c3836401bed8c3c3c75ae46be1639869391d62c61f1ec7af54931"},
  };
  for (const auto& [context, value] : exports) {
    const auto exported = receiver.Export(Hex(context), 32);
    ASSERT_TRUE(exported.ok());
    EXPECT_EQ(HexOf(exported.value()), value);
  }
}

TEST(Hpke, OpensInEverySuiteWhatItSealed) {
  for (const HpkeSuite& suite : AllSuites()) {
    for (const std::string& plaintext : {std::string(), std::string("a"), std::string(100'000, 'x')}) {
      const Sealed sealed = Seal(suite, AsBytes(plaintext));
      EXPECT_EQ(sealed.ciphertext.config_id, 17);
      EXPECT_EQ(sealed.ciphertext.payload.size(), plaintext.size() + 16);
      const auto opened = OpenBase(sealed.key, AsBytes("info"), AsBytes("aad"), sealed.ciphertext);
      ASSERT_TRUE(opened.ok()) << Name(suite) << ": " << ToString(opened.error());
      EXPECT_EQ(Text(opened.value()), plaintext);
    }
  }
}

TEST(Hpke, TakesEmptyInfoAndAssociatedData) {
  ChaCha20Source random(1);
  for (const HpkeSuite& suite : AllSuites()) {
    const auto key = GenerateHpkeKeyPair(0, suite, random);
    const auto sealed = SealBase(key.value().config, {}, {}, {}, random);
    ASSERT_TRUE(sealed.ok()) << Name(suite);
    const auto opened = OpenBase(key.value(), {}, {}, sealed.value());
    ASSERT_TRUE(opened.ok()) << Name(suite);
    EXPECT_TRUE(opened.value().empty());
    ExpectError(OpenBase(key.value(), {}, AsBytes("a"), sealed.value()), ErrorCode::kMismatch);
  }
}

void FlipBit(Bytes& bytes, size_t bit) {
  bytes[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
}

// The encoded point is a part of what the secret is made from: also the bit of X25519 that RFC 7748 ignores.
TEST(Hpke, RefusesOneFlippedBitOfTheEncapsulatedKey) {
  for (const uint16_t kem : kKemIds) {
    const Sealed sealed = Seal({kem, 0x0001, 0x0001}, AsBytes("a secret"));
    for (size_t bit = 0; bit < sealed.ciphertext.enc.size() * 8; ++bit) {
      dap::HpkeCiphertext changed = sealed.ciphertext;
      FlipBit(changed.enc, bit);
      const auto opened = OpenBase(sealed.key, AsBytes("info"), AsBytes("aad"), changed);
      ASSERT_FALSE(opened.ok()) << kem << " bit " << bit;
      const bool montgomery = kem >= 0x0020;  // of a NIST curve hardly a changed point is on the curve
      EXPECT_EQ(opened.error().code, montgomery ? ErrorCode::kMismatch : ErrorCode::kMalformed)
          << kem << " bit " << bit;
    }
  }
}

TEST(Hpke, RefusesOneFlippedBitOfThePayloadTheInfoAndTheAssociatedData) {
  for (const HpkeSuite& suite : AllSuites()) {
    const Sealed sealed = Seal(suite, AsBytes("a secret"));
    const size_t step = suite.kem_id == 0x0020 ? 1 : 13;  // every bit with the fastest, some with each other
    for (size_t bit = 0; bit < sealed.ciphertext.payload.size() * 8; bit += step) {
      dap::HpkeCiphertext changed = sealed.ciphertext;
      FlipBit(changed.payload, bit);
      ExpectError(OpenBase(sealed.key, AsBytes("info"), AsBytes("aad"), changed), ErrorCode::kMismatch, Name(suite));
    }
    Bytes info{'i', 'n', 'f', 'o'};
    for (size_t bit = 0; bit < info.size() * 8; bit += step) {
      FlipBit(info, bit);
      ExpectError(OpenBase(sealed.key, info, AsBytes("aad"), sealed.ciphertext), ErrorCode::kMismatch, Name(suite));
      FlipBit(info, bit);
    }
    Bytes aad{'a', 'a', 'd'};
    for (size_t bit = 0; bit < aad.size() * 8; bit += step) {
      FlipBit(aad, bit);
      ExpectError(OpenBase(sealed.key, AsBytes("info"), aad, sealed.ciphertext), ErrorCode::kMismatch, Name(suite));
      FlipBit(aad, bit);
    }
  }
}

TEST(Hpke, RefusesACiphertextOfAnotherKeyAndOneCutAnywhere) {
  for (const uint16_t kem : kKemIds) {
    const HpkeSuite suite{kem, 0x0001, 0x0003};
    const Sealed sealed = Seal(suite, AsBytes("a secret"), 1);
    const Sealed other = Seal(suite, AsBytes("a secret"), 2);
    ExpectError(OpenBase(other.key, AsBytes("info"), AsBytes("aad"), sealed.ciphertext), ErrorCode::kMismatch);
    for (size_t size = 0; size < sealed.ciphertext.payload.size(); ++size) {
      dap::HpkeCiphertext cut = sealed.ciphertext;
      cut.payload.resize(size);
      ExpectError(OpenBase(sealed.key, AsBytes("info"), AsBytes("aad"), cut), ErrorCode::kMismatch);
    }
    for (const size_t size : {size_t{0}, sealed.ciphertext.enc.size() - 1, sealed.ciphertext.enc.size() + 1}) {
      dap::HpkeCiphertext cut = sealed.ciphertext;
      cut.enc.resize(size);
      ExpectError(OpenBase(sealed.key, AsBytes("info"), AsBytes("aad"), cut), ErrorCode::kMalformed);
    }
  }
}

TEST(Hpke, RefusesSuitesThatItDoesNotHave) {
  for (const HpkeSuite& suite : AllSuites()) EXPECT_TRUE(CheckSuite(suite).ok()) << Name(suite);
  ChaCha20Source random(1);
  for (const HpkeSuite& suite :
       {HpkeSuite{0x0000, 0x0001, 0x0001}, HpkeSuite{0x0013, 0x0001, 0x0001}, HpkeSuite{0x0030, 0x0001, 0x0001},
        HpkeSuite{0x0020, 0x0000, 0x0001}, HpkeSuite{0x0020, 0x0004, 0x0001}, HpkeSuite{0x0020, 0x0001, 0x0000},
        HpkeSuite{0x0020, 0x0001, 0x0004}, HpkeSuite{0x0020, 0x0001, 0xffff}}) {
    ExpectError(CheckSuite(suite), ErrorCode::kUnsupportedVersion, Name(suite));
    ExpectError(GenerateHpkeKeyPair(1, suite, random), ErrorCode::kUnsupportedVersion, Name(suite));
    const dap::HpkeConfig config{1, suite.kem_id, suite.kdf_id, suite.aead_id, Bytes(32, 9)};
    ExpectError(SealBase(config, {}, {}, {}, random), ErrorCode::kUnsupportedVersion, Name(suite));
    ExpectError(OpenBase({config, Bytes(32, 1)}, {}, {}, {1, Bytes(32, 9), Bytes(16)}), ErrorCode::kUnsupportedVersion,
                Name(suite));
  }
}

TEST(Hpke, RefusesKeysThatAreNone) {
  ChaCha20Source random(1);
  const auto seal = [&](uint16_t kem, const Bytes& public_key) {
    return SealBase({1, kem, 0x0001, 0x0001, public_key}, {}, {}, {}, random);
  };
  for (const uint16_t kem : kKemIds) {
    const auto key = GenerateHpkeKeyPair(1, {kem, 0x0001, 0x0001}, random);
    ASSERT_TRUE(key.ok());
    Bytes changed = key.value().config.public_key;
    changed.pop_back();
    ExpectError(seal(kem, changed), ErrorCode::kMalformed, "short");
    changed.resize(changed.size() + 2);
    ExpectError(seal(kem, changed), ErrorCode::kMalformed, "long");
    ExpectError(seal(kem, Bytes(changed.size() - 1)), ErrorCode::kMalformed, "zero");
    ExpectError(seal(kem, {}), ErrorCode::kMalformed, "empty");
  }
  // Of a NIST curve: the compressed and the hybrid form of a point that is on it, and the point at infinity.
  const auto key = GenerateHpkeKeyPair(1, {0x0010, 0x0001, 0x0001}, random);
  const Bytes& point = key.value().config.public_key;
  const uint8_t parity = point.back() & 1;
  Bytes compressed(point.begin(), point.begin() + 33);
  compressed[0] = static_cast<uint8_t>(2 + parity);
  ExpectError(seal(0x0010, compressed), ErrorCode::kMalformed, "compressed");
  Bytes hybrid = point;
  hybrid[0] = static_cast<uint8_t>(6 + parity);
  ExpectError(seal(0x0010, hybrid), ErrorCode::kMalformed, "hybrid");
  ExpectError(seal(0x0010, {0}), ErrorCode::kMalformed, "infinity");
  // Of X25519: the points of low order, with which every private key gives zero (RFC 7748, section 6.1).
  for (const char* low : {"0000000000000000000000000000000000000000000000000000000000000000",
                          "0100000000000000000000000000000000000000000000000000000000000000",
                          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                          "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"}) {
    ExpectError(seal(0x0020, Hex(low)), ErrorCode::kMalformed, low);
  }
}

TEST(Hpke, RefusesPrivateKeysThatAreNone) {
  for (const auto& [kem, size] : {std::pair{uint16_t{0x0010}, 32U}, {uint16_t{0x0011}, 48U}, {uint16_t{0x0012}, 66U}}) {
    ExpectError(hpke::PublicKeyOf(kem, Bytes(size, 0)), ErrorCode::kMalformed, "zero");
    ExpectError(hpke::PublicKeyOf(kem, Bytes(size, 0xff)), ErrorCode::kMalformed, "above the order");
    ExpectError(hpke::PublicKeyOf(kem, Bytes(size - 1, 1)), ErrorCode::kMalformed, "short");
    ExpectError(hpke::Decap(kem, Bytes(2 * size + 1, 4), Bytes(size, 0), Bytes(2 * size + 1, 4)), ErrorCode::kMalformed,
                "zero");
  }
  // The order of P-256, and one less, which is the last key.
  Bytes order = Hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  ExpectError(hpke::PublicKeyOf(0x0010, order), ErrorCode::kMalformed, "the order");
  order.back() -= 1;
  EXPECT_TRUE(hpke::PublicKeyOf(0x0010, order).ok());
}

TEST(Hpke, LeavesNothingInOpenSslsQueueOfErrors) {
  ERR_clear_error();
  const Sealed sealed = Seal({0x0010, 0x0001, 0x0001}, AsBytes("a secret"));
  dap::HpkeCiphertext changed = sealed.ciphertext;
  changed.payload[0] ^= 1;
  ExpectError(OpenBase(sealed.key, {}, {}, changed), ErrorCode::kMismatch);
  changed.enc[5] ^= 1;
  ExpectError(OpenBase(sealed.key, {}, {}, changed), ErrorCode::kMalformed);
  ExpectError(hpke::PublicKeyOf(0x0010, Bytes(32)), ErrorCode::kMalformed);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(Hpke, DrawsAnotherEphemeralKeyForEachMessageAndFailsWithItsSource) {
  ChaCha20Source random(1);
  const auto key = GenerateHpkeKeyPair(1, {}, random);
  const auto first = SealBase(key.value().config, {}, {}, AsBytes("a"), random);
  const auto second = SealBase(key.value().config, {}, {}, AsBytes("a"), random);
  EXPECT_NE(first.value().enc, second.value().enc);

  class Broken final : public RandomSource {
    Status Fill(std::span<uint8_t> /*out*/) override { return Error{ErrorCode::kUnavailable, "no bytes.", ""}; }
  } broken;
  ExpectError(SealBase(key.value().config, {}, {}, AsBytes("a"), broken), ErrorCode::kUnavailable);
  ExpectError(GenerateHpkeKeyPair(1, {}, broken), ErrorCode::kUnavailable);
}

TEST(Hpke, OpensOnManyThreadsAtOnce) {
  const Sealed sealed = Seal({}, AsBytes("a secret"));
  std::vector<std::thread> threads;
  std::vector<int> opened(8);
  for (int& count : opened) {
    threads.emplace_back([&sealed, &count] {
      for (int i = 0; i < 50; ++i) {
        count += OpenBase(sealed.key, AsBytes("info"), AsBytes("aad"), sealed.ciphertext).ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : opened) EXPECT_EQ(count, 50);
}

// ---- The other modes, contexts of many messages, and exports.

struct Pair {
  hpke::Context sender;
  hpke::Context receiver;
};

Result<Pair> Connect(const HpkeSuite& suite, hpke::Mode mode, const hpke::Psk& sent, const hpke::Psk& received) {
  using namespace hpke;
  const bool authenticated = mode == Mode::kAuth || mode == Mode::kAuthPsk;
  SOTTO_ASSIGN_OR_RETURN(const KeyPair recipient, DeriveKeyPair(suite.kem_id, Bytes(66, 1)));
  SOTTO_ASSIGN_OR_RETURN(const KeyPair ephemeral, DeriveKeyPair(suite.kem_id, Bytes(66, 2)));
  SOTTO_ASSIGN_OR_RETURN(const KeyPair sender, DeriveKeyPair(suite.kem_id, Bytes(66, 3)));
  SOTTO_ASSIGN_OR_RETURN(const Encapsulated encapsulated,
                         authenticated ? AuthEncap(suite.kem_id, recipient.public_key, sender, ephemeral)
                                       : Encap(suite.kem_id, recipient.public_key, ephemeral));
  SOTTO_ASSIGN_OR_RETURN(
      const SecretBytes decapsulated,
      authenticated
          ? AuthDecap(suite.kem_id, encapsulated.enc, recipient.private_key, recipient.public_key, sender.public_key)
          : Decap(suite.kem_id, encapsulated.enc, recipient.private_key, recipient.public_key));
  SOTTO_ASSIGN_OR_RETURN(Schedule sent_schedule,
                         KeySchedule(suite, mode, encapsulated.shared_secret, AsBytes("info"), sent));
  SOTTO_ASSIGN_OR_RETURN(Schedule received_schedule, KeySchedule(suite, mode, decapsulated, AsBytes("info"), received));
  return Pair{Context(suite, std::move(sent_schedule)), Context(suite, std::move(received_schedule))};
}

bool HasPsk(hpke::Mode mode) {
  return mode == hpke::Mode::kPsk || mode == hpke::Mode::kAuthPsk;
}

constexpr hpke::Mode kModes[] = {hpke::Mode::kBase, hpke::Mode::kPsk, hpke::Mode::kAuth, hpke::Mode::kAuthPsk};

TEST(HpkeContext, OfEveryModeOpensItsMessagesInTheirOrderOnly) {
  for (const uint16_t kem : kKemIds) {
    for (const hpke::Mode mode : kModes) {
      const hpke::Psk psk = HasPsk(mode)
                                ? hpke::Psk{AsBytes("a key of more than 32 bytes, both have it"), AsBytes("its id")}
                                : hpke::Psk{};
      auto pair = Connect({kem, 0x0002, 0x0002}, mode, psk, psk);
      ASSERT_TRUE(pair.ok()) << kem;
      auto& [sender, receiver] = pair.value();
      std::vector<Bytes> sent;
      for (int i = 0; i < 4; ++i) sent.push_back(sender.Seal(AsBytes("aad"), AsBytes("text")).value());
      EXPECT_NE(sent[0], sent[1]);
      ExpectError(receiver.Open(AsBytes("aad"), sent[1]), ErrorCode::kMismatch);
      for (const Bytes& each : sent) EXPECT_EQ(Text(receiver.Open(AsBytes("aad"), each).value()), "text");
      ExpectError(receiver.Open(AsBytes("aad"), sent[3]), ErrorCode::kMismatch);
      receiver.set_sequence(2);
      EXPECT_TRUE(receiver.Open(AsBytes("aad"), sent[2]).ok());
    }
  }
}

TEST(HpkeContext, OfModesAreNoneOfEachOthers) {
  std::vector<std::string> exported;
  for (const hpke::Mode mode : kModes) {
    const hpke::Psk psk = HasPsk(mode) ? hpke::Psk{AsBytes("psk"), AsBytes("id")} : hpke::Psk{};
    auto pair = Connect({}, mode, psk, psk);
    exported.push_back(HexOf(pair.value().sender.Export({}, 32).value()));
    EXPECT_EQ(exported.back(), HexOf(pair.value().receiver.Export({}, 32).value()));
  }
  std::ranges::sort(exported);
  EXPECT_EQ(std::ranges::adjacent_find(exported), exported.end());
}

TEST(HpkeContext, OfAnotherPreSharedKeyOrIdDoesNotOpen) {
  const hpke::Psk psk{AsBytes("psk"), AsBytes("id")};
  for (const hpke::Psk& other : {hpke::Psk{AsBytes("psK"), AsBytes("id")}, hpke::Psk{AsBytes("psk"), AsBytes("iD")}}) {
    auto pair = Connect({}, hpke::Mode::kPsk, psk, other);
    ASSERT_TRUE(pair.ok());
    ExpectError(pair.value().receiver.Open({}, pair.value().sender.Seal({}, AsBytes("text")).value()),
                ErrorCode::kMismatch);
  }
}

TEST(HpkeContext, WantsAPreSharedKeyWithItsIdInTheModesThatHaveOneAndInNoOther) {
  const hpke::Psk none;
  const hpke::Psk both{AsBytes("psk"), AsBytes("id")};
  const hpke::Psk key_alone{AsBytes("psk"), {}};
  const hpke::Psk id_alone{{}, AsBytes("id")};
  for (const hpke::Mode mode : kModes) {
    EXPECT_TRUE(hpke::KeySchedule({}, mode, {}, {}, HasPsk(mode) ? both : none).ok());
    for (const hpke::Psk& wrong : {HasPsk(mode) ? none : both, key_alone, id_alone}) {
      ExpectError(hpke::KeySchedule({}, mode, {}, {}, wrong), ErrorCode::kInvalidArgument);
    }
  }
}

TEST(HpkeContext, ForExportOnlyExportsAndDoesNothingElse) {
  auto pair = Connect({0x0020, 0x0001, hpke::kExportOnly}, hpke::Mode::kBase, {}, {});
  ASSERT_TRUE(pair.ok());
  EXPECT_TRUE(pair.value().sender.Export(AsBytes("context"), 32).ok());
  ExpectError(pair.value().sender.Seal({}, AsBytes("text")), ErrorCode::kInvalidArgument);
  ExpectError(pair.value().receiver.Open({}, Bytes(16)), ErrorCode::kInvalidArgument);
}

TEST(HpkeContext, ExportsUpTo255Hashes) {
  for (const auto& [kdf, size] : {std::pair{uint16_t{1}, 32U}, {uint16_t{2}, 48U}, {uint16_t{3}, 64U}}) {
    auto pair = Connect({0x0020, kdf, 0x0001}, hpke::Mode::kBase, {}, {});
    const auto longest = pair.value().sender.Export({}, 255 * size);
    ASSERT_TRUE(longest.ok());
    EXPECT_EQ(longest.value().size(), 255 * size);
    EXPECT_TRUE(pair.value().sender.Export({}, 0).value().empty());
    ExpectError(pair.value().sender.Export({}, 255 * size + 1), ErrorCode::kInvalidArgument);
  }
}

TEST(HpkeContext, StopsBeforeANumberIsUsedTwice) {
  auto pair = Connect({}, hpke::Mode::kBase, {}, {});
  pair.value().sender.set_sequence(~uint64_t{0} - 1);
  EXPECT_TRUE(pair.value().sender.Seal({}, AsBytes("the last one")).ok());
  ExpectError(pair.value().sender.Seal({}, AsBytes("one too many")), ErrorCode::kResourceExhausted);
}

}  // namespace
}  // namespace sotto::server
