// From examples to the table (table.h), in two passes:
//
//   1. Each column is fitted with a weight for every feature that stands in two examples or more. A feature is worth
//      |weight| sqrt(examples it stands in); in each row of a block the one that is worth most, over the block's
//      columns, gets the row.
//   2. Each column is fitted again with these features alone, and the weights are rounded to int8.
//
// Features are told apart by what the table tells apart: row and fingerprint.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/model_format.h"
#include "sotto/comments/training/logistic.h"
#include "sotto/comments/training/texts.h"

namespace sotto::comments {

struct TableOptions {
  uint32_t fine_bits = 18;
  uint32_t wide_bits = 14;
  double norm_prior = 30;
  uint32_t min_examples = 2;  // a feature in fewer gets no row
  std::array<double, kColumns> cost{};
  std::array<bool, kColumns> has_bias{};
  uint32_t first_iterations = 12;
  uint32_t max_iterations = 80;
  // Runs the jobs, in any order or at once: they touch nothing in common. The default runs them one after another.
  std::function<void(std::vector<std::function<void()>>)> run = [](std::vector<std::function<void()>> jobs) {
    for (const auto& job : jobs) job();
  };
};

// Which feature has each row: its fingerprint; -1 if none has.
struct Claims {
  std::vector<int16_t> fine;
  std::vector<int16_t> wide;
};

using ColumnExamples = std::array<std::vector<Example>, kColumns>;

// Pass 1. Errors: kInvalidArgument for bits outside kMinTableBits to kMaxTableBits (table.h); those of FitLogistic.
Result<Claims> ClaimRows(const Texts& texts, const ColumnExamples& examples, const TableOptions& options);

// Pass 2: sets norm_prior, columns, bits and rows of `parameters`. Errors: those of ClaimRows, and kInvalidArgument for
// claims of other bits.
Status FitTable(const Texts& texts, const ColumnExamples& examples, const Claims& claims, const TableOptions& options,
                ModelParameters& parameters);

}  // namespace sotto::comments
