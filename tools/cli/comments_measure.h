// What a comment model is worth on texts that it has not learnt.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sotto/comments/comment_model.h"
#include "sotto/comments/tally.h"
#include "sotto/comments/training/attacks.h"
#include "tools/cli/comments_corpus.h"

namespace sotto::cli {

// Development: the tenth that chose options and temperatures. Test: the held-back tenth, and the gold sets.
enum class Part : uint8_t { kDevelopment, kTest };

struct Measured {
  std::string name;
  std::vector<std::string> labels;
  comments::Tally tally;
};

// Polarity as reviews are labelled, two-way: positive if the score is above 0. shop10, waimai, hotel, and the others.
std::vector<Measured> MeasureReviews(comments::CommentModel& model, const std::string& data, Part part);
// COLD: offensive if insult and hate together are likelier than not.
std::vector<Measured> MeasureOffence(comments::CommentModel& model, const std::string& data, Part part);
// Each head on its own labels: live comments three ways, emotion (Weibo; gold), intent, toxicity, language.
std::vector<Measured> MeasureHeads(comments::CommentModel& model, const std::string& data, const OwnFiles& own,
                                   Part part);

// The two-way accuracy of `corpus` when `rate` of the characters that have a replacement is replaced.
struct Attacked {
  std::string corpus;
  double clean = 0;
  std::vector<std::pair<std::string, double>> attacked;  // by name of the attack
};
std::vector<Attacked> MeasureAttacks(comments::CommentModel& model, const std::string& data,
                                     const comments::AttackTables& tables, Part part, double rate);

void PrintTwoWay(const std::vector<Measured>& measured);
void PrintHeads(const std::vector<Measured>& measured);
void PrintAttacks(const std::vector<Attacked>& attacked);
// A share in percent with two places.
std::string Percent(double share);

}  // namespace sotto::cli
