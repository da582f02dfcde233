#include "server-stub/app/log.h"

#include <gtest/gtest.h>
#include <spdlog/details/log_msg.h>

#include <chrono>
#include <string>

namespace sotto::server {
namespace {

// The line that a message of level info, logged a second after 1970 began, becomes.
std::string JsonOf(const std::string& message) {
  const auto formatter = MakeJsonFormatter();
  const spdlog::log_clock::time_point time{std::chrono::seconds(1)};
  spdlog::memory_buf_t out;
  formatter->format(spdlog::details::log_msg(time, {}, "sotto", spdlog::level::info, message), out);
  return {out.data(), out.size()};
}

constexpr char kBegin[] = R"({"time":"1970-01-01T00:00:01.000Z","level":"info","event":)";

TEST(JsonLog, HasAFieldForEachPairOfTheLine) {
  EXPECT_EQ(JsonOf("round closed task=affinity-1 updates=400 closed=true"),
            std::string(kBegin) + R"("round closed","task":"affinity-1","updates":400,"closed":true})" + "\n");
  EXPECT_EQ(JsonOf("request route=manifest status=200 seconds=0.000123"),
            std::string(kBegin) + R"("request","route":"manifest","status":200,"seconds":0.000123})" + "\n");
}

TEST(JsonLog, TakesALineWithoutPairsForTheEvent) {
  EXPECT_EQ(JsonOf("stopped"), std::string(kBegin) + "\"stopped\"}\n");
  EXPECT_EQ(JsonOf(""), std::string(kBegin) + "\"\"}\n");
  EXPECT_EQ(JsonOf("1+1=2 or A=B"), std::string(kBegin) + "\"1+1=2 or A=B\"}\n");
}

TEST(JsonLog, LeavesAnErrorsTextWhole) {
  EXPECT_EQ(
      JsonOf("port file not written path=\"/a b/port\" error=\"no \"key\" port=1 here.\""),
      std::string(kBegin) + R"("port file not written","path":"/a b/port","error":"no \"key\" port=1 here."})" + "\n");
}

TEST(JsonLog, WritesNoNumberThatReadersWouldChange) {
  EXPECT_EQ(JsonOf("x big=123456789012345678 led=007 dot=1. minus=-1"),
            std::string(kBegin) + R"("x","big":"123456789012345678","led":"007","dot":"1.","minus":"-1"})" + "\n");
}

TEST(JsonLog, IsUtf8AndOneLineWhateverTheMessageHas) {
  const std::string line = JsonOf("cannot read path=\"\xff\n\"");
  EXPECT_EQ(line, std::string(kBegin) + "\"cannot read\",\"path\":\"\xEF\xBF\xBD\\n\"}\n");
}

}  // namespace
}  // namespace sotto::server
