#include "sotto/dap/basic.h"

#include "dap/checks.h"

namespace sotto::dap {
namespace {

// The draft's example of a list (section "HPKE Configuration Request"), its keys cut to four bytes.
TEST(DapHpkeConfigList, OfTheDraftsExampleIsEncodedAsTheDraftSays) {
  const std::vector<HpkeConfig> configs{{194, 0x0010, 0x0001, 0x0001, {0x01, 0x02, 0x03, 0x04}},
                                        {17, 0x0020, 0x0001, 0x0003, {0x04, 0x03, 0x02, 0x01}}};
  const Bytes bytes =
      Hex("001a"      // HpkeConfigList: 26 bytes
          "c2"        // [0].id: 194
          "0010"      // [0].kem_id: DHKEM(P-256, HKDF-SHA256)
          "0001"      // [0].kdf_id: HKDF-SHA256
          "0001"      // [0].aead_id: AES-128-GCM
          "0004"      // [0].public_key: 4 bytes
          "01020304"  //
          "11"        // [1].id: 17
          "0020"      // [1].kem_id: DHKEM(X25519, HKDF-SHA256)
          "0001"      // [1].kdf_id: HKDF-SHA256
          "0003"      // [1].aead_id: ChaCha20Poly1305
          "0004"      // [1].public_key: 4 bytes
          "04030201");
  ExpectMessage(configs, bytes, EncodeHpkeConfigList, DecodeHpkeConfigList);
  ExpectOneEncoding(bytes, EncodeHpkeConfigList, DecodeHpkeConfigList);
}

TEST(DapHpkeConfigList, RefusesAnEmptyListBothWays) {
  ExpectRefused(DecodeHpkeConfigList(Hex("0000")), ErrorCode::kMalformed, "HpkeConfigList");
  ExpectRefused(DecodeHpkeConfigList(Hex("0009 c2 0010 0001 0001 0000")), ErrorCode::kMalformed, "HpkeConfigList");
  ExpectRefused(EncodeHpkeConfigList({}), ErrorCode::kInvalidArgument, "HpkeConfigList");
}

TEST(DapHpkeConfigList, RefusesAKeyThatEndsBeyondTheList) {
  ExpectRefused(DecodeHpkeConfigList(Hex("000a c2 0010 0001 0001 0002 01 02")), ErrorCode::kMalformed, "public_key");
}

TEST(DapHpkeConfigList, RefusesToEncodeMoreThan65535Bytes) {
  const HpkeConfig config{1, 0x0020, 0x0001, 0x0001, Bytes(32)};  // 41 bytes encoded
  EXPECT_TRUE(EncodeHpkeConfigList(std::vector<HpkeConfig>(1598, config)).ok());
  ExpectRefused(EncodeHpkeConfigList(std::vector<HpkeConfig>(1599, config)), ErrorCode::kInvalidArgument,
                "HpkeConfigList");
}

TEST(DapHpkeConfig, AloneHasNoLengthBeforeIt) {
  const Bytes bytes =
      Hex("0c"    // id
          "0020"  // kem_id
          "0001"  // kdf_id
          "0002"  // aead_id
          "0003"  // public_key: 3 bytes
          "616263");
  ExpectMessage(HpkeConfig{12, 0x0020, 0x0001, 0x0002, BytesOf("abc")}, bytes, EncodeHpkeConfig, DecodeHpkeConfig);
  ExpectOneEncoding(bytes, EncodeHpkeConfig, DecodeHpkeConfig);
}

TEST(DapHpkeConfig, RefusesAnEmptyKeyAndOneAbove65535Bytes) {
  ExpectRefused(DecodeHpkeConfig(Hex("0c 0020 0001 0002 0000")), ErrorCode::kMalformed, "public_key");
  ExpectRefused(EncodeHpkeConfig({}), ErrorCode::kInvalidArgument, "public_key");
  ExpectRefused(EncodeHpkeConfig({1, 1, 1, 1, Bytes(65'536)}), ErrorCode::kInvalidArgument, "public_key");
}

TEST(DapExtensions, AreInOrderIfTheirTypesStrictlyIncrease) {
  EXPECT_TRUE(InOrder({}));
  EXPECT_TRUE(InOrder({{7, {}}}));
  EXPECT_TRUE(InOrder({{0, {}}, {1, {}}, {0xffff, {}}}));
  EXPECT_FALSE(InOrder({{1, {}}, {1, {}}}));
  EXPECT_FALSE(InOrder({{1, {}}, {3, {}}, {2, {}}}));
}

TEST(DapReportError, HasTheDraftsNames) {
  EXPECT_EQ(ReportErrorName(ReportError::kBatchCollected), "batch_collected");
  EXPECT_EQ(ReportErrorName(ReportError::kReportReplayed), "report_replayed");
  EXPECT_EQ(ReportErrorName(ReportError::kReportDropped), "report_dropped");
  EXPECT_EQ(ReportErrorName(ReportError::kHpkeUnknownConfigId), "hpke_unknown_config_id");
  EXPECT_EQ(ReportErrorName(ReportError::kHpkeDecryptError), "hpke_decrypt_error");
  EXPECT_EQ(ReportErrorName(ReportError::kVdafVerifyError), "vdaf_verify_error");
  EXPECT_EQ(ReportErrorName(ReportError::kTaskExpired), "task_expired");
  EXPECT_EQ(ReportErrorName(ReportError::kInvalidMessage), "invalid_message");
  EXPECT_EQ(ReportErrorName(ReportError::kReportTooEarly), "report_too_early");
  EXPECT_EQ(ReportErrorName(ReportError::kTaskNotStarted), "task_not_started");
  EXPECT_EQ(ReportErrorName(ReportError::kOutdatedConfig), "outdated_config");
}

// The draft's example of URLs (section "HTTP Usage").
TEST(DapBase64Url, WritesTheDraftsExampleIds) {
  const Bytes task = Hex("f0163447364ccf1bc0e3affcca6873c9c381f64acdf9020662f83f46c07219e7");
  const Bytes job = Hex("95ceda51e1a9752368b0d961f9466128");
  EXPECT_EQ(ToBase64Url(task), "8BY0RzZMzxvA46_8ymhzycOB9krN-QIGYvg_RsByGec");
  EXPECT_EQ(ToBase64Url(job), "lc7aUeGpdSNosNlh-UZhKA");
  const auto task_id = IdFromBase64Url<32>("8BY0RzZMzxvA46_8ymhzycOB9krN-QIGYvg_RsByGec");
  ASSERT_TRUE(task_id.ok());
  EXPECT_EQ(ToHex(task_id.value()), ToHex(task));
  const auto job_id = IdFromBase64Url<16>("lc7aUeGpdSNosNlh-UZhKA");
  ASSERT_TRUE(job_id.ok());
  EXPECT_EQ(ToHex(job_id.value()), ToHex(job));
}

// RFC 4648, section 10, without its padding.
TEST(DapBase64Url, WritesTheRfcsVectors) {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(ToBase64Url(AsBytes(bytes)), text);
    const auto back = FromBase64Url(text);
    ASSERT_TRUE(back.ok()) << text;
    EXPECT_EQ(back.value(), BytesOf(bytes));
  }
}

TEST(DapBase64Url, RefusesPaddingTheOtherAlphabetWhiteSpaceAndAnImpossibleLength) {
  for (const char* text : {"Zg==", "Zm8=", "ab+/", "ab c", "ab\n", "A", "AAAAA", "ab\xc3\xa9", "Zm9v.g"}) {
    ExpectRefused(FromBase64Url(text), ErrorCode::kMalformed, "");
  }
  ExpectRefused(FromBase64Url(std::string_view("Zm\0v", 4)), ErrorCode::kMalformed, "character 2");
}

TEST(DapBase64Url, RefusesBitsLeftOver) {
  EXPECT_TRUE(FromBase64Url("AA").ok());
  for (const char* text : {"AB", "AP", "A_", "AAB", "AAC", "AAD"}) {
    ExpectRefused(FromBase64Url(text), ErrorCode::kMalformed, "last character");
  }
  EXPECT_TRUE(FromBase64Url("AQ").ok());
  EXPECT_TRUE(FromBase64Url("AAE").ok());
}

TEST(DapBase64Url, RefusesAnIdOfAnotherLength) {
  ExpectRefused(IdFromBase64Url<32>("lc7aUeGpdSNosNlh-UZhKA"), ErrorCode::kMalformed, "32 bytes");
  ExpectRefused(IdFromBase64Url<16>(""), ErrorCode::kMalformed, "16 bytes");
}

RC_GTEST_PROP(DapBase64Url, RoundTrips, (const Bytes& bytes)) {
  const std::string text = ToBase64Url(bytes);
  RC_ASSERT(text.size() == (bytes.size() * 4 + 2) / 3);
  const auto back = FromBase64Url(text);
  RC_ASSERT(back.ok());
  RC_ASSERT(back.value() == bytes);
}

RC_GTEST_PROP(DapBase64Url, HasOneTextForOneSequenceOfBytes, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")));
  const auto bytes = FromBase64Url(text);
  if (bytes.ok()) RC_ASSERT(ToBase64Url(bytes.value()) == text);
}

rc::Gen<HpkeConfig> AnyConfig() {
  return rc::gen::build<HpkeConfig>(rc::gen::set(&HpkeConfig::id), rc::gen::set(&HpkeConfig::kem_id),
                                    rc::gen::set(&HpkeConfig::kdf_id), rc::gen::set(&HpkeConfig::aead_id),
                                    rc::gen::set(&HpkeConfig::public_key, AnyBytes(1, 70)));
}

RC_GTEST_PROP(DapHpkeConfig, RoundTrips, ()) {
  CheckRoundTrip(*AnyConfig(), EncodeHpkeConfig, DecodeHpkeConfig);
}

RC_GTEST_PROP(DapHpkeConfigList, RoundTrips, ()) {
  CheckRoundTrip(*rc::gen::nonEmpty(rc::gen::container<std::vector<HpkeConfig>>(AnyConfig())), EncodeHpkeConfigList,
                 DecodeHpkeConfigList);
}

}  // namespace
}  // namespace sotto::dap
