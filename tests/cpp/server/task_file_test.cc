#include "server-stub/aggregator/task_file.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "server/aggregator_pair.h"

namespace sotto::server {
namespace {

class TaskFileTest : public testing::Test {
 protected:
  // Why the file is refused; empty if it is not.
  static std::string Refusal(const std::string& toml) {
    const auto read = ReadTaskFile(toml, "a.toml");
    if (read.ok()) return "";
    EXPECT_EQ(read.error().code, ErrorCode::kMalformed);
    return read.error().message;
  }

  ChaCha20Source random_{5};
  const SampleFiles files_ = SampleTaskFiles(3, 2, random_);
};

TEST_F(TaskFileTest, ReadsWhatItWrites) {
  for (const TaskFile* file : {&files_.leader, &files_.helper, &files_.collector}) {
    const std::string text = RenderTaskFile(*file);
    const auto read = ReadTaskFile(text, "a.toml");
    ASSERT_TRUE(read.ok()) << ToString(read.error());
    EXPECT_EQ(RenderTaskFile(read.value()), text);
    EXPECT_EQ(read.value().role, file->role);
    EXPECT_EQ(read.value().terms, file->terms);
    EXPECT_EQ(read.value().collector, file->collector);
  }
}

TEST_F(TaskFileTest, RefusesAKeyThatItDoesNotKnowAndNamesIt) {
  for (const TaskFile* file : {&files_.leader, &files_.helper, &files_.collector}) {
    const std::string text = RenderTaskFile(*file);
    const std::string last = std::to_string(std::count(text.begin(), text.end(), '\n') + 1);
    EXPECT_EQ(Refusal(text + "minimun = 5\n"),
              "task file a.toml:\n  line " + last + ": minimun is not an option of this version.");
    std::string within = text;
    within.insert(within.find("public_key"), "colour = 1, ");
    EXPECT_TRUE(Refusal(within).ends_with(": collector_hpke.colour is not an option of this version."))
        << Refusal(within);
  }
}

// What only another party may have: a file that was given to the wrong one is not read in part.
TEST_F(TaskFileTest, RefusesTheSecretsOfAnotherRole) {
  EXPECT_NE(Refusal(RenderTaskFile(files_.helper) + "helper_token = \"" + kHelperToken + "\"\n")
                .find("helper_token is not an option"),
            std::string::npos);
  EXPECT_NE(Refusal(RenderTaskFile(files_.leader) + "collector_private_key = \"" +
                    dap::ToBase64Url(files_.collector.collector_private_key) + "\"\n")
                .find("collector_private_key is not an option"),
            std::string::npos);
  EXPECT_NE(Refusal(RenderTaskFile(files_.collector) + "verify_key = \"" + dap::ToBase64Url(files_.leader.verify_key) +
                    "\"\n")
                .find("verify_key is not an option"),
            std::string::npos);
}

// Each line is there for a reason: without it, the file is refused.
TEST_F(TaskFileTest, NamesWhatIsMissing) {
  for (const char* key :
       {"role", "id", "kind", "max_items", "sigma_squared", "minimum", "epoch", "time_precision", "leader", "helper",
        "leader_operator", "expires", "verify_key", "helper_token", "collector_token_sha256", "collector_hpke"}) {
    std::string text = "\n" + RenderTaskFile(files_.leader);
    const size_t line = text.find("\n" + std::string(key) + " = ");
    ASSERT_NE(line, std::string::npos) << key;
    text.erase(line, text.find('\n', line + 1) - line);
    EXPECT_NE(Refusal(text).find(": " + std::string(key) + " is "), std::string::npos) << key << ": " << Refusal(text);
  }
}

}  // namespace
}  // namespace sotto::server
