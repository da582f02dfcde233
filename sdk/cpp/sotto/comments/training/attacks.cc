#include "sotto/comments/training/attacks.h"

#include "sotto/base/fnv1a.h"
#include "sotto/text/lexicon.h"
#include "sotto/text/utf8.h"

namespace sotto::comments {
namespace {

constexpr uint64_t kResolution = 1u << 20;  // of the rate

// Pictographs without a mood that are no picture of a word in common use.
constexpr std::array<char32_t, 8> kInterruptions = {0x1F4CE, 0x1F9F7, 0x1F531, 0x1F4CD,
                                                    0x1F9E9, 0x1F520, 0x1F4D0, 0x1F9EE};

uint64_t HashOf(char32_t character, const std::u32string& replacement) {
  uint64_t hash = kFnv1a64Start;
  const auto add = [&hash](char32_t c) {
    for (uint32_t shift = 0; shift < 32; shift += 8) hash = Fnv1a64Step(hash, static_cast<uint8_t>(c >> shift));
  };
  add(character);
  for (const char32_t c : replacement) add(c);
  return hash;
}

}  // namespace

std::string_view AttackName(Attack attack) {
  constexpr std::array<std::string_view, kAttacks.size()> kNames = {"homophone", "look-alike", "split", "emoji"};
  return kNames[static_cast<size_t>(attack)];
}

AttackTables AttackTables::Half(bool second) const {
  AttackTables half;
  for (size_t i = 0; i < of.size(); ++i) {
    for (const auto& [character, replacements] : of[i]) {
      for (const std::u32string& replacement : replacements) {
        // The high bits: the low ones of FNV are its weakest.
        if ((HashOf(character, replacement) >> 40 & 1) == (second ? 1U : 0U)) {
          half.of[i][character].push_back(replacement);
        }
      }
    }
  }
  return half;
}

Result<std::string> Disguise(std::string_view comment, Attack attack, double rate, const AttackTables& tables,
                             RandomSource& random) {
  if (!(rate >= 0 && rate <= 1)) {
    return Error{ErrorCode::kInvalidArgument, "the rate of a disguise must be from 0 to 1.", ""};
  }
  SOTTO_RETURN_IF_ERROR(text::ValidateUtf8(comment));
  const Replacements& table = tables.of[static_cast<size_t>(attack)];
  const auto threshold = static_cast<uint64_t>(rate * kResolution);
  std::string out;
  for (size_t position = 0; position < comment.size();) {
    const char32_t c = text::NextCodePoint(comment, position);
    const auto found = table.find(c);
    const bool interrupts = attack == Attack::kEmoji && found == table.end() && text::IsHan(c);
    if (found == table.end() && !interrupts) {
      text::AppendUtf8(c, out);
      continue;
    }
    SOTTO_ASSIGN_OR_RETURN(const uint64_t draw, random.Below(kResolution));
    if (draw >= threshold) {
      text::AppendUtf8(c, out);
      continue;
    }
    if (interrupts) {
      SOTTO_ASSIGN_OR_RETURN(const uint64_t pick, random.Below(kInterruptions.size()));
      text::AppendUtf8(c, out);
      text::AppendUtf8(kInterruptions[static_cast<size_t>(pick)], out);
      continue;
    }
    SOTTO_ASSIGN_OR_RETURN(const uint64_t pick, random.Below(found->second.size()));
    for (const char32_t part : found->second[static_cast<size_t>(pick)]) text::AppendUtf8(part, out);
  }
  return out;
}

}  // namespace sotto::comments
