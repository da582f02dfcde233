// How people hide what they write from filters: characters replaced by homophones, look-alikes, their halves, or emoji.
// Used to make examples for training, and, with other tables, to measure what a disguise costs.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/base/result.h"

namespace sotto::comments {

enum class Attack : uint8_t { kHomophone, kLookAlike, kSplit, kEmoji };
inline constexpr std::array kAttacks = {Attack::kHomophone, Attack::kLookAlike, Attack::kSplit, Attack::kEmoji};

// "homophone", "look-alike", "split", "emoji".
std::string_view AttackName(Attack attack);

// What may stand for a character.
using Replacements = std::map<char32_t, std::vector<std::u32string>>;

struct AttackTables {
  std::array<Replacements, kAttacks.size()> of;

  // One of two halves that have no (character, replacement) in common: what is trained with one is measured with the
  // other.
  AttackTables Half(bool second) const;
};

// The comment (UTF-8) with about `rate` of the characters that have a replacement replaced by one. Attack::kEmoji also
// interrupts: about `rate` of the Han characters without a replacement get an emoji without a mood behind them.
// Precondition: no character of the table has an empty list of replacements.
// Errors: kMalformed if the text is not UTF-8; kInvalidArgument unless 0 <= rate <= 1; those of `random`.
Result<std::string> Disguise(std::string_view comment, Attack attack, double rate, const AttackTables& tables,
                             RandomSource& random);

}  // namespace sotto::comments
