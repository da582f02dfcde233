// The tables of disguises (training/attacks.h) from the corpora's support files.
#pragma once

#include <string>

#include "sotto/base/result.h"
#include "sotto/comments/training/attacks.h"

namespace sotto::cli {

// From `folder`/support: confused_chinese.json (characters of the same or a similar sound, and look-alikes) and
// chaizi-jt.txt (characters in two parts); emoji from `own`/emoji.tsv, by what they show and by its sound.
// Errors: kNotFound, kUnavailable for a file; kMalformed naming it.
Result<comments::AttackTables> ReadAttackTables(const std::string& folder, const std::string& own);

}  // namespace sotto::cli
