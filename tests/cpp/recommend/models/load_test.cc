#include "sotto/recommend/models/load.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "recommend/models/two_groups.h"
#include "sotto/base/fnv1a.h"
#include "sotto/recommend/models/bpr.h"
#include "sotto/recommend/models/ease.h"
#include "sotto/recommend/models/ease_sparse.h"
#include "sotto/recommend/models/ials.h"

namespace sotto::recommend {
namespace {

EaseModel TwoItems() {
  Matrix weights = Matrix::Zero(2, 2);
  weights(0, 1) = 0.5F;
  return EaseModel::Create(weights).value();
}

Bytes AFile() {
  return WriteModelFile(TwoItems(), {.version = "7", .catalogue = "spring", .items = {"p01", "茶"}}).value();
}

void Name(std::string_view name, ByteWriter& out) {
  EXPECT_TRUE(out.ShortString(name).ok());
}

struct Parts {
  uint16_t format = 1;
  std::string kind = "ease";
  std::string version = "v";
  std::vector<std::string> items = {"a"};
  std::vector<float> parameters = {0};
};

// A file of the given parts with a checksum that fits.
Bytes FileOf(const Parts& parts) {
  ByteWriter out;
  out.Append(AsBytes("SORM"));
  out.U16(parts.format);
  Name(parts.kind, out);
  Name(parts.version, out);
  Name("", out);
  out.U32(static_cast<uint32_t>(parts.items.size()));
  for (const std::string& item : parts.items) Name(item, out);
  out.U32(static_cast<uint32_t>(4 * parts.parameters.size()));
  for (const float parameter : parts.parameters) out.F32(parameter);
  out.U64(Fnv1a64(out.bytes()));
  return out.Release();
}

TEST(LoadModel, GivesBackTheModelAndItsNames) {
  const NamedModel loaded = LoadModel(AFile()).value();
  EXPECT_EQ(loaded.info.version, "7");
  EXPECT_EQ(loaded.info.catalogue, "spring");
  EXPECT_EQ(loaded.info.items, (std::vector<std::string>{"p01", "茶"}));
  EXPECT_EQ(loaded.model->kind(), "ease");
  EXPECT_EQ(loaded.model->items(), 2U);
  EXPECT_EQ(WriteModelFile(*loaded.model, loaded.info).value(), AFile());
}

TEST(LoadModel, RefusesEveryFileWithOneByteChangedOrMissing) {
  const Bytes file = AFile();
  for (size_t place = 0; place < file.size(); ++place) {
    for (const uint8_t change : Bytes{0x01, 0x80, 0xFF}) {
      Bytes damaged = file;
      damaged[place] ^= change;
      ASSERT_FALSE(LoadModel(damaged).ok()) << place;
    }
    const auto cut = LoadModel(ByteSpan(file).first(place));
    ASSERT_FALSE(cut.ok()) << place;
    EXPECT_EQ(cut.error().code, ErrorCode::kTruncated) << place;
  }
  Bytes longer = file;
  longer.push_back(0);
  EXPECT_EQ(LoadModel(longer).error().code, ErrorCode::kMalformed);
  Bytes damaged = file;
  damaged[file.size() - 10] ^= 1;  // a weight
  EXPECT_EQ(LoadModel(damaged).error().code, ErrorCode::kMismatch);
}

TEST(LoadModel, RefusesAFileThatIsIntactButWrong) {
  const auto code = [](const Parts& parts) { return LoadModel(FileOf(parts)).error().code; };
  ASSERT_TRUE(LoadModel(FileOf({})).ok());
  EXPECT_EQ(code({.format = 2}), ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(code({.kind = "crystal-ball"}), ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(code({.kind = ""}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.version = ""}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.version = std::string(65, 'v')}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.items = {}, .parameters = {}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.items = {"a", "a"}, .parameters = {0, 0, 0, 0}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.items = {""}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.items = {std::string(65, 'a')}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.parameters = {std::nanf("")}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.parameters = {0, 0}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.parameters = {}}), ErrorCode::kTruncated);
  EXPECT_EQ(LoadModel(Bytes(64, 'x')).error().code, ErrorCode::kMalformed);
}

// What loads must be as good as what was fitted: the same bytes again, and finite scores.
void ExpectSound(const Bytes& file) {
  const auto loaded = LoadModel(file);
  if (!loaded.ok()) return;
  const Model& model = *loaded.value().model;
  ASSERT_EQ(WriteModelFile(model, loaded.value().info).value(), file);
  std::vector<float> scores(model.items());
  const std::vector<Engagement> history = {{0, 1}, {1, -2}, {0, 1e30F}};
  ASSERT_TRUE(model.Score(history, scores).ok());
  for (const float score : scores) ASSERT_TRUE(std::isfinite(score)) << score;
  const auto because = model.Because(history, 1);
  ASSERT_TRUE(!because || *because < history.size());
}

TEST(LoadModel, TakesNoUnsoundModelWhateverAByteOfItsParametersBecomes) {
  const Interactions data = TwoGroups();
  IalsOptions ials;
  ials.rank = 2;
  BprOptions bpr;
  bpr.rank = 2;
  bpr.epochs = 2;
  std::vector<std::unique_ptr<Model>> models;
  models.push_back(std::make_unique<EaseModel>(EaseModel::Fit(data, {}).value()));
  models.push_back(std::make_unique<EaseSparseModel>(EaseSparseModel::Fit(data, {}).value()));
  models.push_back(std::make_unique<IalsModel>(IalsModel::Fit(data, ials).value()));
  models.push_back(std::make_unique<BprModel>(BprModel::Fit(data, bpr).value()));
  ModelInfo info{.version = "1", .catalogue = "", .items = {}};
  for (uint32_t item = 0; item < data.items(); ++item) info.items.push_back("i" + std::to_string(item));
  for (const auto& model : models) {
    const Bytes file = WriteModelFile(*model, info).value();
    const size_t last = file.size() - sizeof(uint64_t);
    ByteWriter parameters;
    model->Write(parameters);
    for (size_t place = last - parameters.bytes().size(); place < last; ++place) {
      for (const uint8_t change : Bytes{0x01, 0x40, 0x7F, 0x80, 0xFF}) {
        ByteWriter out;
        out.Append(ByteSpan(file).first(place));
        out.U8(file[place] ^ change);
        out.Append(ByteSpan(file).subspan(place + 1, last - place - 1));
        out.U64(Fnv1a64(out.bytes()));
        SCOPED_TRACE(std::string(model->kind()) + ", byte " + std::to_string(place));
        ExpectSound(out.bytes());
      }
    }
  }
}

TEST(WriteModelFile, HasTheBytesOfItsFormat) {
  const Bytes file =
      WriteModelFile(EaseModel::Create(Matrix::Ones(1, 1)).value(), {.version = "v1", .catalogue = "c", .items = {"a"}})
          .value();
  EXPECT_EQ(ToHex(file).substr(0, 2 * (file.size() - 8)),
            "534f524d"
            "0100"
            "040065617365"
            "02007631"
            "010063"
            "01000000"
            "010061"
            "04000000"
            "0000803f");
}

TEST(WriteModelFile, RefusesNamesThatDoNotFitTheModel) {
  const auto code = [](const ModelInfo& info) { return WriteModelFile(TwoItems(), info).error().code; };
  ASSERT_TRUE(WriteModelFile(TwoItems(), {.version = "v", .catalogue = "", .items = {"a", "b"}}).ok());
  EXPECT_EQ(code({.version = "v", .catalogue = "", .items = {"a"}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({.version = "v", .catalogue = "", .items = {"a", "a"}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({.version = "v", .catalogue = "", .items = {"a", ""}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({.version = "", .catalogue = "", .items = {"a", "b"}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({.version = "v", .catalogue = std::string(65, 'c'), .items = {"a", "b"}}),
            ErrorCode::kInvalidArgument);
}

TEST(CheckCatalogue, NamesBothVersionsWhereTheyDiffer) {
  const ModelInfo info{.version = "7", .catalogue = "spring", .items = {}};
  EXPECT_TRUE(CheckCatalogue(info, "spring").ok());
  EXPECT_TRUE(CheckCatalogue(info, "").ok());
  EXPECT_TRUE(CheckCatalogue({.version = "7", .catalogue = "", .items = {}}, "autumn").ok());
  const Status refused = CheckCatalogue(info, "autumn");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kMismatch);
  EXPECT_NE(refused.error().message.find("spring"), std::string::npos);
  EXPECT_NE(refused.error().message.find("autumn"), std::string::npos);
}

}  // namespace
}  // namespace sotto::recommend
