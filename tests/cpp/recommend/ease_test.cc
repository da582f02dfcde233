#include "sotto/recommend/ease.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "sotto/base/random.h"

namespace sotto::recommend {
namespace {

Matrix Rows(std::initializer_list<std::initializer_list<float>> rows) {
  Matrix matrix(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows.begin()->size()));
  Eigen::Index i = 0;
  for (const auto& row : rows) {
    Eigen::Index j = 0;
    for (const float value : row) matrix(i, j++) = value;
    ++i;
  }
  return matrix;
}

// The Gram matrix of `viewers` random 0/1 histories.
Matrix RandomGram(Eigen::Index items, int viewers, uint64_t seed) {
  ChaCha20Source random(seed);
  Matrix histories(viewers, items);
  for (float& value : histories.reshaped()) value = random.Below(4).value() == 0 ? 1.0F : 0.0F;
  return histories.transpose() * histories;
}

TEST(FitEase, MatchesTheClosedFormOnAThreeItemExampleWorkedByHand) {
  // (G + I)^-1 = 1/21 [[8, -3, 1], [-3, 9, -3], [1, -3, 8]].
  const Matrix gram = Rows({{2, 1, 0}, {1, 2, 1}, {0, 1, 2}});
  const Matrix expected = Rows({{0, 1.0F / 3, -1.0F / 8}, {3.0F / 8, 0, 3.0F / 8}, {-1.0F / 8, 1.0F / 3, 0}});
  const Matrix weights = FitEase(gram, {.l2 = 1}).value();
  EXPECT_TRUE(weights.isApprox(expected, 1e-6F)) << weights;
}

TEST(FitEase, ClampsNegativeEigenvalues) {
  // Eigenvalues 1 and -1; without the latter the gram is [[1/2, 1/2], [1/2, 1/2]], and (G + I)^-1 has rows 3/4, -1/4.
  const Matrix weights = FitEase(Rows({{0, 1}, {1, 0}}), {.l2 = 1}).value();
  EXPECT_NEAR(weights(0, 1), 1.0 / 3, 1e-6);
  EXPECT_NEAR(weights(1, 0), 1.0 / 3, 1e-6);
}

TEST(FitEase, MinimisesTheRidgeRegressionOfEachItemOnTheOthers) {
  // The definition, without the inverse: column j of B solves (G + l2 I) restricted to the other items.
  constexpr Eigen::Index kItems = 9;
  const Matrix gram = RandomGram(kItems, 60, 1);
  const Matrix weights = FitEase(gram, {.l2 = 7}).value();
  for (Eigen::Index j = 0; j < kItems; ++j) {
    for (Eigen::Index i = 0; i < kItems; ++i) {
      if (i == j) continue;
      double gradient = 7.0 * weights(i, j) - gram(i, j);
      for (Eigen::Index h = 0; h < kItems; ++h) gradient += static_cast<double>(gram(i, h)) * weights(h, j);
      EXPECT_NEAR(gradient, 0, 1e-4) << i << ' ' << j;
    }
  }
}

RC_GTEST_PROP(FitEase, DoesNotDependOnTheOrderOfItems, (uint64_t seed)) {
  constexpr Eigen::Index kItems = 8;
  const Matrix gram = RandomGram(kItems, 40, seed);
  Eigen::PermutationMatrix<Eigen::Dynamic> permutation(kItems);
  permutation.setIdentity();
  ChaCha20Source random(seed + 1);
  for (Eigen::Index i = kItems - 1; i > 0; --i) {
    const auto j = static_cast<Eigen::Index>(random.Below(static_cast<uint64_t>(i) + 1).value());
    permutation.applyTranspositionOnTheRight(i, j);
  }
  const Matrix permuted = permutation * gram * permutation.transpose();
  const Matrix weights = FitEase(gram, {.l2 = 5}).value();
  const Matrix expected = permutation * weights * permutation.transpose();
  RC_ASSERT(FitEase(permuted, {.l2 = 5}).value().isApprox(expected, 1e-5F));
}

RC_GTEST_PROP(FitEase, IsFiniteWithAZeroDiagonalForEveryNoisyGram, (uint64_t seed)) {
  constexpr Eigen::Index kItems = 12;
  Matrix gram = RandomGram(kItems, 30, seed);
  ChaCha20Source random(seed);
  for (Eigen::Index i = 0; i < kItems; ++i) {
    for (Eigen::Index j = i; j < kItems; ++j) {
      gram(i, j) += static_cast<float>(random.Below(2001).value()) - 1000;
      gram(j, i) = gram(i, j);
    }
  }
  const Matrix weights = FitEase(gram, {.l2 = 0.01F}).value();
  RC_ASSERT(weights.allFinite());
  RC_ASSERT(weights.diagonal().isZero());
}

TEST(FitEase, LearnsNothingFromAnEmptyGram) {
  EXPECT_TRUE(FitEase(Matrix::Zero(4, 4), {.l2 = 1}).value().isZero());
}

TEST(FitEase, RefusesWhatIsNoGram) {
  const float nan = std::nanf("");
  const float infinity = std::numeric_limits<float>::infinity();
  const auto code = [](const Matrix& gram, float l2) { return FitEase(gram, {.l2 = l2}).error().code; };
  EXPECT_EQ(code(Matrix::Ones(2, 3), 1), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(Matrix(0, 0), 1), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(Rows({{1, 2}, {3, 1}}), 1), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(Rows({{1, nan}, {nan, 1}}), 1), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(Rows({{infinity, 0}, {0, 1}}), 1), ErrorCode::kInvalidArgument);
  for (const float l2 : {0.0F, -1.0F, nan, infinity}) {
    EXPECT_EQ(code(Matrix::Identity(2, 2), l2), ErrorCode::kInvalidArgument) << l2;
  }
  const auto items = static_cast<Eigen::Index>(kMaxEaseItems) + 1;
  EXPECT_EQ(code(Matrix::Zero(items, items), 1), ErrorCode::kResourceExhausted);
}

EaseModel AModel() {
  return EaseModel::Create({"p01", "p02", "茶"}, Rows({{0, 0.5F, -0.25F}, {1, 0, 0}, {0, 3, 0}}), "7").value();
}

TEST(EaseModel, ReadsBackWhatItWrote) {
  const Bytes file = AModel().Serialise();
  const EaseModel read = EaseModel::Load(file).value();
  EXPECT_EQ(read.items(), AModel().items());
  EXPECT_EQ(read.version(), "7");
  EXPECT_EQ(read.weights(), AModel().weights());
  EXPECT_EQ(read.Serialise(), file);
}

TEST(EaseModel, HasTheBytesOfItsFormat) {
  const EaseModel model = EaseModel::Create({"a"}, Rows({{1}}), "v1").value();
  EXPECT_EQ(ToHex(model.Serialise()).substr(0, 2 * 21),
            "534f4541"
            "0100"
            "02007631"
            "01000000"
            "010061"
            "0000803f");
}

TEST(EaseModel, RefusesEveryFileWithOneByteChangedOrMissing) {
  const Bytes file = AModel().Serialise();
  for (size_t place = 0; place < file.size(); ++place) {
    for (const uint8_t change : Bytes{0x01, 0x80, 0xFF}) {
      Bytes damaged = file;
      damaged[place] ^= change;
      ASSERT_FALSE(EaseModel::Load(damaged).ok()) << place;
    }
    const auto cut = EaseModel::Load(ByteSpan(file).first(place));
    ASSERT_FALSE(cut.ok()) << place;
    EXPECT_EQ(cut.error().code, ErrorCode::kTruncated) << place;
  }
  Bytes longer = file;
  longer.push_back(0);
  EXPECT_EQ(EaseModel::Load(longer).error().code, ErrorCode::kMalformed);
  Bytes damaged = file;
  damaged[file.size() - 20] ^= 1;  // a weight
  EXPECT_EQ(EaseModel::Load(damaged).error().code, ErrorCode::kMismatch);
}

// A file of the given parts with a checksum that fits.
Bytes FileOf(uint16_t format, uint32_t count, std::initializer_list<std::string_view> items,
             std::initializer_list<float> weights) {
  ByteWriter writer;
  writer.Append(AsBytes("SOEA"));
  writer.U16(format);
  EXPECT_TRUE(writer.ShortString("v").ok());
  writer.U32(count);
  for (const std::string_view item : items) EXPECT_TRUE(writer.ShortString(item).ok());
  for (const float weight : weights) writer.F32(weight);
  uint64_t hash = 0xCBF29CE484222325;
  for (const uint8_t byte : writer.bytes()) hash = (hash ^ byte) * 0x100000001B3;
  writer.U64(hash);
  return writer.Release();
}

TEST(EaseModel, RefusesAFileThatIsIntactButWrong) {
  const auto code = [](const Bytes& file) { return EaseModel::Load(file).error().code; };
  ASSERT_TRUE(EaseModel::Load(FileOf(1, 1, {"a"}, {0})).ok());
  EXPECT_EQ(code(FileOf(2, 1, {"a"}, {0})), ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(code(FileOf(1, 0, {}, {})), ErrorCode::kMalformed);
  EXPECT_EQ(code(FileOf(1, 2, {"a", "a"}, {0, 0, 0, 0})), ErrorCode::kMalformed);
  EXPECT_EQ(code(FileOf(1, 1, {""}, {0})), ErrorCode::kMalformed);
  EXPECT_EQ(code(FileOf(1, 1, {std::string(65, 'a')}, {0})), ErrorCode::kMalformed);
  EXPECT_EQ(code(FileOf(1, 1, {"a"}, {std::nanf("")})), ErrorCode::kMalformed);
  EXPECT_EQ(code(FileOf(1, kMaxEaseItems + 1, {"a"}, {0})), ErrorCode::kResourceExhausted);
  EXPECT_EQ(code(FileOf(1, UINT32_MAX, {"a"}, {0})), ErrorCode::kResourceExhausted);
  EXPECT_EQ(code(FileOf(1, kMaxEaseItems, {"a"}, {0})), ErrorCode::kTruncated);
  Bytes other(64, 'x');
  EXPECT_EQ(code(other), ErrorCode::kMalformed);
}

TEST(EaseModel, RefusesPartsThatDoNotBelongTogether) {
  const auto code = [](std::vector<std::string> items, const Matrix& weights, const std::string& version) {
    return EaseModel::Create(std::move(items), weights, version).error().code;
  };
  const Matrix two = Matrix::Zero(2, 2);
  ASSERT_TRUE(EaseModel::Create({"a", "b"}, two, "v").ok());
  EXPECT_EQ(code({"a"}, two, "v"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({"a", "b"}, Matrix::Zero(2, 3), "v"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({}, Matrix(0, 0), "v"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({"a", "a"}, two, "v"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({"a", ""}, two, "v"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({"a", std::string(65, 'b')}, two, "v"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({"a", "b"}, two, ""), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({"a", "b"}, Rows({{0, std::nanf("")}, {0, 0}}), "v"), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sotto::recommend
