#include "sotto/recommend/onnx/export.h"

#include <gtest/gtest.h>

#include <string>

namespace sotto::recommend::onnx {
namespace {

TwoTowerParameters Towers() {
  TwoTowerParameters p;
  p.user_input = Matrix::Constant(5, 3, 0.5F);
  p.user_input_bias = Matrix::Zero(1, 3);
  p.user_weight = Matrix::Ones(3, 2);
  p.user_bias = Matrix::Zero(1, 2);
  p.head_weight = Matrix::Identity(2, 2);
  p.head_bias = Matrix::Zero(1, 2);
  p.item_input = Matrix::Ones(5, 2);
  p.item_hidden_weight = Matrix::Ones(2, 4);
  p.item_hidden_bias = Matrix::Zero(1, 4);
  p.item_weight = Matrix::Ones(4, 2);
  p.item_bias = Matrix::Zero(1, 5);
  return p;
}

SequenceParameters Unit() {
  SequenceParameters p;
  p.embedding = Matrix::Ones(5, 2);
  p.input_weight = Matrix::Ones(2, 9);
  p.input_bias = Matrix::Zero(1, 9);
  p.recurrent_weight = Matrix::Ones(3, 9);
  p.recurrent_bias = Matrix::Zero(1, 9);
  p.output_weight = Matrix::Ones(3, 2);
  p.output_bias = Matrix::Zero(1, 2);
  p.item_bias = Matrix::Zero(1, 5);
  return p;
}

TEST(Export, WritesTheSameBytesEveryTime) {
  EXPECT_EQ(ExportScores(Towers()).value(), ExportScores(Towers()).value());
  EXPECT_EQ(ExportScores(Unit(), 7).value(), ExportScores(Unit(), 7).value());
}

TEST(Export, WritesWhatTheModelKnows) {
  for (const auto change :
       {+[](TwoTowerParameters& p) { p.user_input(4, 2) = 9; },
        +[](TwoTowerParameters& p) { p.user_input_bias(0, 2) = 9; },
        +[](TwoTowerParameters& p) { p.user_weight(2, 1) = 9; }, +[](TwoTowerParameters& p) { p.user_bias(0, 1) = 9; },
        +[](TwoTowerParameters& p) { p.head_weight(0, 1) = 9; },
        +[](TwoTowerParameters& p) { p.head_bias(0, 1) = 9; }}) {
    TwoTowerParameters changed = Towers();
    change(changed);
    EXPECT_NE(ExportUserTower(changed).value(), ExportUserTower(Towers()).value());
    EXPECT_NE(ExportScores(changed).value(), ExportScores(Towers()).value());
    EXPECT_EQ(ExportItemTower(changed).value(), ExportItemTower(Towers()).value());
  }
  EXPECT_NE(ExportUserTower(Unit(), 7).value(), ExportUserTower(Unit(), 8).value());
}

TEST(Export, RefusesMatricesThatDoNotFitTogether) {
  TwoTowerParameters towers = Towers();
  towers.user_bias = Matrix::Zero(1, 3);
  for (const auto& model : {ExportUserTower(towers), ExportItemTower(towers), ExportScores(towers)}) {
    ASSERT_FALSE(model.ok());
    EXPECT_EQ(model.error().code, ErrorCode::kInvalidArgument);
  }
  SequenceParameters unit = Unit();
  unit.input_bias = Matrix::Zero(1, 8);
  for (const auto& model : {ExportUserTower(unit, 7), ExportItemTower(unit), ExportScores(unit, 7)}) {
    ASSERT_FALSE(model.ok());
    EXPECT_EQ(model.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_FALSE(ExportUserTower(Unit(), 0).ok());
  EXPECT_FALSE(ExportScores(TwoTowerParameters{}).ok());
}

}  // namespace
}  // namespace sotto::recommend::onnx
