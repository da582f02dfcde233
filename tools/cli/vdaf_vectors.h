// Checks Prio3 and its XOF against test vector files in the format of draft-irtf-cfrg-vdaf (test_vec/, written by its
// poc/gen_test_vec.py).
#pragma once

#include <string>
#include <string_view>

#include "sotto/base/result.h"

namespace sotto::cli {

enum class VectorVerdict { kPass, kFail, kSkipped };

struct VectorOutcome {
  VectorVerdict verdict;
  std::string detail;  // how many operations agreed; what differs; why it was skipped
};

// name: the file's name, which tells the algorithm as the draft's files do: "Prio3Histogram_0.json",
// "XofTurboShake128.json". Every operation is carried out on the inputs that the file gives, must succeed or be refused
// as it says, and give its bytes. Algorithms that Prio3 does not use (Poplar1, IdpfBBCGGI21, XofFixedKeyAes128) are
// skipped. Errors: kMalformed if the file is not such JSON.
Result<VectorOutcome> CheckVectors(std::string_view name, std::string json);

}  // namespace sotto::cli
