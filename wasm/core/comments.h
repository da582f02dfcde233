// The comment model as JavaScript holds it, and its verdicts as it reads them.
#pragma once

#include <span>
#include <vector>

#include "answer.h"
#include "sotto/comments/comment_model.h"

namespace sotto::wasm {

struct LoadedModel {
  comments::CommentModel model;
  comments::Abstention own;  // as its file says
};

// A verdict is a stretch of numbers, because making objects one property at a time takes longer than judging: for each
// head the place of its label, the confidence and whether it abstains (1 or 0), and last the score.
inline constexpr size_t kVerdictNumbers = 3 * comments::kHeads + 1;

inline void AppendVerdict(const comments::Verdict& verdict, std::vector<float>& out) {
  for (const comments::Choice& choice : verdict.choices) {
    out.insert(out.end(), {static_cast<float>(choice.label), choice.confidence, choice.abstains ? 1.0F : 0.0F});
  }
  out.push_back(verdict.score);
}

}  // namespace sotto::wasm
