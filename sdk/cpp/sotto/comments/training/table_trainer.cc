#include "sotto/comments/training/table_trainer.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "sotto/comments/table.h"

namespace sotto::comments {
namespace {

constexpr uint32_t kNoId = 0xFFFFFFFF;
constexpr uint32_t kFingerprints = 256;
constexpr double kLargestWeight = 127;

bool IsFine(size_t column) {
  return column < kFineColumns;
}

uint32_t BitsOf(size_t column, const TableOptions& options) {
  return IsFine(column) ? options.fine_bits : options.wide_bits;
}

// Row and fingerprint as one number.
uint32_t KeyOf(uint32_t hash, uint32_t bits) {
  return RowOf(hash, bits) | uint32_t{FingerprintOf(hash)} << bits;
}

Status CheckBits(const TableOptions& options) {
  for (const uint32_t bits : {options.fine_bits, options.wide_bits}) {
    if (bits < kMinTableBits || bits > kMaxTableBits) {
      return Error{ErrorCode::kInvalidArgument, "a table of 2^" + std::to_string(bits) + " rows is outside the range.",
                   "From 2^" + std::to_string(kMinTableBits) + " to 2^" + std::to_string(kMaxTableBits) + "."};
    }
  }
  return {};
}

template <class IdOf>
Rows MakeRows(const Texts& texts, const std::vector<Example>& examples, double norm_prior, const IdOf& id_of) {
  Rows rows;
  for (const Example& example : examples) {
    const std::span<const uint32_t> hashes = texts.HashesOf(example.text);
    for (const uint32_t hash : hashes) {
      const uint32_t id = id_of(hash);
      if (id != kNoId) rows.ids.push_back(id);
    }
    rows.begin.push_back(rows.ids.size());
    rows.norm.push_back(static_cast<float>(1 / std::sqrt(static_cast<double>(hashes.size()) + norm_prior)));
    rows.weight.push_back(example.weight);
    rows.holds.push_back(example.holds ? 1 : 0);
  }
  return rows;
}

LogisticOptions OptionsOf(size_t column, const TableOptions& options, uint32_t iterations) {
  LogisticOptions logistic;
  logistic.norm_prior = options.norm_prior;
  logistic.cost = options.cost[column];
  logistic.has_bias = options.has_bias[column];
  logistic.max_iterations = iterations;
  return logistic;
}

// What each key is worth to one column, against the column's own scale.
struct Worth {
  std::vector<uint32_t> keys;
  std::vector<float> worth;
};

Result<Worth> WorthOf(const Texts& texts, const std::vector<Example>& examples, size_t column,
                      const TableOptions& options) {
  const uint32_t bits = BitsOf(column, options);
  std::vector<uint32_t> count(size_t{kFingerprints} << bits, 0);
  for (const Example& example : examples) {
    for (const uint32_t hash : texts.HashesOf(example.text)) ++count[KeyOf(hash, bits)];
  }
  Worth result;
  std::vector<float> roots;
  std::vector<uint32_t>& id_of = count;  // each count is replaced by its key's id
  for (size_t key = 0; key < count.size(); ++key) {
    if (count[key] < options.min_examples) {
      id_of[key] = kNoId;
      continue;
    }
    roots.push_back(std::sqrt(static_cast<float>(count[key])));
    id_of[key] = static_cast<uint32_t>(result.keys.size());
    result.keys.push_back(static_cast<uint32_t>(key));
  }
  Rows rows = MakeRows(texts, examples, options.norm_prior, [&](uint32_t hash) { return id_of[KeyOf(hash, bits)]; });
  rows.dimension = static_cast<uint32_t>(result.keys.size());
  SOTTO_ASSIGN_OR_RETURN(const Fitted fitted, FitLogistic(rows, OptionsOf(column, options, options.first_iterations)));
  double squares = 0;
  for (size_t i = 0; i < roots.size(); ++i) {
    const double worth = std::fabs(fitted.weights[i]) * roots[i];
    squares += worth * worth;
    result.worth.push_back(static_cast<float>(worth));
  }
  const double scale = squares == 0 ? 0 : 1 / std::sqrt(squares);
  for (float& worth : result.worth) worth = static_cast<float>(worth * scale);
  return result;
}

// Runs `work(column)` for all columns; the first error in the order of the columns.
template <class T, class Work>
Result<std::vector<T>> ForAllColumns(const TableOptions& options, const Work& work) {
  std::vector<std::optional<Result<T>>> results(kColumns);
  std::vector<std::function<void()>> jobs;
  for (size_t column = 0; column < kColumns; ++column) {
    jobs.emplace_back([&results, &work, column] { results[column].emplace(work(column)); });
  }
  options.run(std::move(jobs));
  std::vector<T> values;
  for (auto& result : results) {
    if (!result->ok()) return result->error();
    values.push_back(std::move(*result).value());
  }
  return values;
}

std::vector<int16_t> Claim(const std::vector<Worth>& worths, size_t first, size_t last, uint32_t bits) {
  std::vector<float> best(size_t{1} << bits, 0.0F);
  std::vector<int16_t> claims(best.size(), -1);
  for (size_t column = first; column < last; ++column) {
    const Worth& worth = worths[column];
    for (size_t i = 0; i < worth.keys.size(); ++i) {
      const uint32_t row = RowOf(worth.keys[i], bits);
      if (worth.worth[i] <= best[row]) continue;
      best[row] = worth.worth[i];
      claims[row] = static_cast<int16_t>(worth.keys[i] >> bits);
    }
  }
  return claims;
}

}  // namespace

Result<Claims> ClaimRows(const Texts& texts, const ColumnExamples& examples, const TableOptions& options) {
  SOTTO_RETURN_IF_ERROR(CheckBits(options));
  SOTTO_ASSIGN_OR_RETURN(const std::vector<Worth> worths, ForAllColumns<Worth>(options, [&](size_t column) {
                           return WorthOf(texts, examples[column], column, options);
                         }));
  return Claims{Claim(worths, 0, kFineColumns, options.fine_bits),
                Claim(worths, kFineColumns, kColumns, options.wide_bits)};
}

Status FitTable(const Texts& texts, const ColumnExamples& examples, const Claims& claims, const TableOptions& options,
                ModelParameters& parameters) {
  SOTTO_RETURN_IF_ERROR(CheckBits(options));
  if (claims.fine.size() != size_t{1} << options.fine_bits || claims.wide.size() != size_t{1} << options.wide_bits) {
    return Error{ErrorCode::kInvalidArgument, "the claims are those of a table of another size.", ""};
  }
  SOTTO_ASSIGN_OR_RETURN(const std::vector<Fitted> fitted, ForAllColumns<Fitted>(options, [&](size_t column) {
                           const uint32_t bits = BitsOf(column, options);
                           const std::vector<int16_t>& claim = IsFine(column) ? claims.fine : claims.wide;
                           Rows rows = MakeRows(texts, examples[column], options.norm_prior, [&](uint32_t hash) {
                             const uint32_t row = RowOf(hash, bits);
                             return claim[row] == FingerprintOf(hash) ? row : kNoId;
                           });
                           rows.dimension = 1u << bits;
                           return FitLogistic(rows, OptionsOf(column, options, options.max_iterations));
                         }));
  parameters.norm_prior = static_cast<float>(options.norm_prior);
  parameters.fine_bits = options.fine_bits;
  parameters.wide_bits = options.wide_bits;
  parameters.fine.assign(kFineStride << options.fine_bits, 0);
  parameters.wide.assign(kWideStride << options.wide_bits, 0);
  for (size_t column = 0; column < kColumns; ++column) {
    const std::vector<double>& weights = fitted[column].weights;
    double largest = 0;
    for (const double weight : weights) largest = std::max(largest, std::fabs(weight));
    parameters.columns[column] = {static_cast<float>(largest / kLargestWeight),
                                  static_cast<float>(fitted[column].bias)};
    const bool fine = IsFine(column);
    Bytes& block = fine ? parameters.fine : parameters.wide;
    const size_t stride = fine ? kFineStride : kWideStride;
    const size_t place = 1 + (fine ? column : column - kFineColumns);
    for (size_t row = 0; row < weights.size(); ++row) {
      const double rounded = largest == 0 ? 0 : std::round(weights[row] * kLargestWeight / largest);
      block[row * stride + place] = static_cast<uint8_t>(static_cast<int8_t>(rounded));
    }
  }
  const auto fingerprints = [](const std::vector<int16_t>& claim, size_t stride, Bytes& block) {
    for (size_t row = 0; row < claim.size(); ++row) {
      block[row * stride] = static_cast<uint8_t>(std::max<int16_t>(claim[row], 0));
    }
  };
  fingerprints(claims.fine, kFineStride, parameters.fine);
  fingerprints(claims.wide, kWideStride, parameters.wide);
  return {};
}

}  // namespace sotto::comments
