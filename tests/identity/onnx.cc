// Networks of random parameters, exported as ONNX, and what the core says to a history; a line each:
//   kind user(hex) items(hex) scores(hex)      for every model
//   kind items weights(bits) scores(bits)      for every history
#include <array>

#include "lines.h"
#include "sotto/base/random.h"
#include "sotto/recommend/onnx/export.h"

namespace sotto::identity {
namespace {

using recommend::Matrix;

constexpr Eigen::Index kItems = 60;
constexpr Eigen::Index kHidden = 24;
constexpr Eigen::Index kDimensions = 16;
constexpr uint32_t kLength = 5;

Matrix Random(Eigen::Index rows, Eigen::Index columns, RandomSource& random) {
  Matrix matrix(rows, columns);
  for (Eigen::Index i = 0; i < matrix.size(); ++i) {
    matrix.data()[i] = static_cast<float>(random.Below(2001).value()) / 2000 - 0.5F;
  }
  return matrix;
}

recommend::TwoTowerModel Towers(RandomSource& random) {
  recommend::TwoTowerParameters p;
  p.user_input = Random(kItems, kHidden, random);
  p.user_input_bias = Random(1, kHidden, random);
  p.user_weight = Random(kHidden, kDimensions, random);
  p.user_bias = Random(1, kDimensions, random);
  p.head_weight = Random(kDimensions, kDimensions, random);
  p.head_bias = Random(1, kDimensions, random);
  p.item_input = Random(kItems, kDimensions, random);
  p.item_hidden_weight = Random(kDimensions, kHidden, random);
  p.item_hidden_bias = Random(1, kHidden, random);
  p.item_weight = Random(kHidden, kDimensions, random);
  p.item_bias = Random(1, kItems, random);
  return recommend::TwoTowerModel::Create(std::move(p)).value();
}

recommend::SequenceModel Unit(RandomSource& random) {
  recommend::SequenceParameters p;
  p.embedding = Random(kItems, kDimensions, random);
  p.input_weight = Random(kDimensions, 3 * kHidden, random);
  p.input_bias = Random(1, 3 * kHidden, random);
  p.recurrent_weight = Random(kHidden, 3 * kHidden, random);
  p.recurrent_bias = Random(1, 3 * kHidden, random);
  p.output_weight = Random(kHidden, kDimensions, random);
  p.output_bias = Random(1, kDimensions, random);
  p.item_bias = Random(1, kItems, random);
  return recommend::SequenceModel::Create(std::move(p), kLength).value();
}

void PrintModel(std::string_view kind, const Result<Bytes>& user, const Result<Bytes>& items,
                const Result<Bytes>& scores) {
  Line().Quoted(kind).Hex(user.value()).Hex(items.value()).Hex(scores.value()).Print();
}

void PrintScores(const recommend::Model& model, std::span<const recommend::Engagement> history) {
  std::vector<float> scores(model.items());
  const Status done = model.Score(history, scores);
  if (!done.ok()) {
    Line().Failure(done.error()).Print();
    return;
  }
  std::vector<uint32_t> items;
  std::vector<uint32_t> weights;
  std::vector<uint32_t> bits;
  for (const auto& engagement : history) {
    items.push_back(engagement.item);
    weights.push_back(std::bit_cast<uint32_t>(engagement.weight));
  }
  for (const float score : scores) bits.push_back(std::bit_cast<uint32_t>(score));
  Line()
      .Quoted(model.kind())
      .Ints(std::span<const uint32_t>(items))
      .Ints(std::span<const uint32_t>(weights))
      .Ints(std::span<const uint32_t>(bits))
      .Print();
}

}  // namespace

void PrintOnnx() {
  ChaCha20Source random(1);
  const recommend::TwoTowerModel towers = Towers(random);
  const recommend::SequenceModel unit = Unit(random);
  namespace onnx = recommend::onnx;
  PrintModel(towers.kind(), onnx::ExportUserTower(towers.parameters()), onnx::ExportItemTower(towers.parameters()),
             onnx::ExportScores(towers.parameters()));
  PrintModel(unit.kind(), onnx::ExportUserTower(unit.parameters(), unit.length()),
             onnx::ExportItemTower(unit.parameters()), onnx::ExportScores(unit.parameters(), unit.length()));
  constexpr std::array<float, 5> kWeights = {1, 0.3F, 2, -1, 3};
  for (const size_t size : std::array<size_t, 7>{0, 1, 2, 4, 5, 6, 40}) {
    std::vector<recommend::Engagement> history;
    for (size_t i = 0; i < size; ++i) {
      history.push_back({static_cast<uint32_t>(random.Below(kItems).value()), kWeights[i % kWeights.size()]});
    }
    PrintScores(towers, history);
    PrintScores(unit, history);
  }
}

}  // namespace sotto::identity
