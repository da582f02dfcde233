#include "sotto/comments/emoji_examples.h"

#include "sotto/text/normalise.h"

namespace sotto::comments {
namespace {

constexpr uint64_t kLongestTail = 3;
constexpr uint64_t kCommentsPerTailAlone = 10;
constexpr uint64_t kResolution = 1u << 20;  // of the probability

}  // namespace

Status AddEmojiExamples(std::vector<LabelledComment>& comments, double share, RandomSource& random) {
  if (!(share >= 0 && share <= 0.5)) {
    return Error{ErrorCode::kInvalidArgument, "the share of comments with emoji must be from 0 to 0.5.", ""};
  }
  const auto threshold = static_cast<uint64_t>(share * kResolution);
  std::vector<LabelledComment> alone;
  for (LabelledComment& comment : comments) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t draw, random.Below(kResolution));
    if (draw >= 2 * threshold) continue;
    const char32_t own = comment.positive ? text::kTokenPositiveEmoji : text::kTokenNegativeEmoji;
    const char32_t token = draw < threshold ? own : text::kTokenNeutralEmoji;
    SOTTO_ASSIGN_OR_RETURN(const uint64_t extra, random.Below(kLongestTail));
    const std::vector<char32_t> tail(static_cast<size_t>(extra) + 1, token);
    comment.symbols.insert(comment.symbols.end(), tail.begin(), tail.end());
    SOTTO_ASSIGN_OR_RETURN(const uint64_t pick, random.Below(kCommentsPerTailAlone));
    if (pick == 0) alone.push_back({tail, comment.positive});
  }
  comments.insert(comments.end(), alone.begin(), alone.end());
  return {};
}

}  // namespace sotto::comments
