#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <regex>
#include <sstream>
#include <string>

#include "server-stub/config/config_reader.h"
#include "server/temporary_folder.h"

namespace sotto::server {
namespace {

constexpr std::string_view kStream = "[[stream]]\nid = \"a\"\ntitle_en = \"A\"\nproducts = \"p.json\"\n";
constexpr std::string_view kTask =
    "[[task]]\nid = \"t\"\nstream = \"a\"\nitems = \"all\"\nsigma_squared = [9, 2]\nminimum = 3\n"
    "expires = \"2030-01-01T00:00:00Z\"\nmodel = \"affinity\"\n";

Config Read(const std::string& toml) {
  auto config = ReadConfig(toml, "/etc/sotto");
  EXPECT_TRUE(config.ok()) << ToString(config.error());
  return config.ok() ? std::move(config).value() : Config();
}

std::string Refusal(const std::string& toml) {
  const auto config = ReadConfig(toml, "/etc/sotto");
  if (config.ok()) return "accepted";
  EXPECT_EQ(config.error().code, ErrorCode::kMalformed);
  return config.error().message;
}

TEST(ReadConfig, HasADefaultForEverythingButStreams) {
  const Config config = Read("");
  EXPECT_EQ(config.server.address, "127.0.0.1");
  EXPECT_EQ(config.server.port, 8080);
  EXPECT_EQ(config.storage.path, "/etc/sotto/var/sotto.sqlite");
  EXPECT_EQ(config.limits.header_bytes, 8'192u);
  EXPECT_EQ(config.limits.body_bytes, 65'536u);
  EXPECT_TRUE(config.streams.empty());
}

TEST(ReadConfig, ReadsEveryTable) {
  const Config config = Read(
      "[server]\nport = 0\nthreads = 2\nport_file = \"port\"\nlog_level = \"debug\"\ncors_origins = []\n"
      "trusted_proxies = [\"127.0.0.1\"]\n[storage]\npath = \"/var/x.sqlite\"\nqueue = 5\n"
      "[limits]\nheader_seconds = 1\nupdates_per_minute = 0\n" +
      std::string(kStream) +
      "title_zh = \"茶\"\nmedia = \"hls\"\nevent_period = 120.0\ncampaigns = \"c.json\"\nframe_rate = 30\n"
      "[[model]]\nid = \"sentiment\"\nversion = \"1.0\"\npath = \"s.bin\"\nstream = \"a\"\n" +
      std::string(kTask));
  EXPECT_EQ(config.server.port, 0);
  EXPECT_EQ(config.server.port_file, "/etc/sotto/port");
  EXPECT_TRUE(config.server.cors_origins.empty());
  EXPECT_EQ(config.storage.path, "/var/x.sqlite");
  EXPECT_EQ(config.limits.header_seconds, 1);
  EXPECT_EQ(config.limits.updates_per_minute, 0u);
  ASSERT_EQ(config.streams.size(), 1u);
  EXPECT_EQ(config.streams[0].title, (stream::LocalText{"茶", "A"}));
  EXPECT_EQ(config.streams[0].products, "/etc/sotto/p.json");
  EXPECT_EQ(config.streams[0].media, "/etc/sotto/hls");
  EXPECT_TRUE(config.streams[0].events.empty());
  EXPECT_EQ(config.streams[0].campaigns, "/etc/sotto/c.json");
  ASSERT_EQ(config.models.size(), 1u);
  EXPECT_EQ(config.models[0].version, "1.0");
  ASSERT_EQ(config.tasks.size(), 1u);
  EXPECT_TRUE(config.tasks[0].items.empty());
  EXPECT_EQ(config.tasks[0].sigma_squared_numerator, 9u);
  EXPECT_EQ(config.tasks[0].sigma_squared_denominator, 2u);
}

TEST(ReadConfig, ReadsTheExampleThatExplainsEveryOption) {
  const auto config = LoadConfig("server-stub/sotto-server.example.toml");
  EXPECT_TRUE(config.ok()) << ToString(config.error());
}

std::string FileText(const std::string& path) {
  const std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The example with the options set that it only shows: its lines of # and no space.
std::string ExampleWithEverything() {
  const std::string text = FileText("server-stub/sotto-server.example.toml");
  return std::regex_replace(text, std::regex("(^|\n)#(?=[a-z\\[])"), "$1");
}

TEST(ReadConfig, ReadsWhatTheExampleShowsWithTheDefaultsThatItClaims) {
  const Config config = Read(ExampleWithEverything());
  ASSERT_TRUE(config.aggregator.has_value());
  const AggregatorConfig& read = *config.aggregator;
  const AggregatorConfig defaults;
  EXPECT_EQ(read.storage, "sqlite:/etc/sotto/var/aggregator.sqlite");
  EXPECT_EQ(read.tasks, "/etc/sotto/tasks");
  EXPECT_EQ(read.keys, "/etc/sotto/keys");
  EXPECT_EQ(read.workers, defaults.workers);
  EXPECT_EQ(read.job_reports, defaults.job_reports);
  EXPECT_EQ(read.job_wait_seconds, defaults.job_wait_seconds);
  EXPECT_EQ(read.asynchronous, defaults.asynchronous);
  EXPECT_EQ(read.peer_seconds, defaults.peer_seconds);
  EXPECT_EQ(read.upload_bytes, defaults.upload_bytes);
  EXPECT_EQ(read.request_bytes, defaults.request_bytes);
  EXPECT_EQ(read.queue, defaults.queue);
  EXPECT_EQ(read.queue_bytes, defaults.queue_bytes);
  EXPECT_EQ(read.waiting_requests, defaults.waiting_requests);
  EXPECT_EQ(read.reports_per_minute, defaults.reports_per_minute);
  EXPECT_EQ(read.retention_days, defaults.retention_days);
  EXPECT_TRUE(read.authorities.empty());
  EXPECT_EQ(config.server.log_format, ListenConfig().log_format);
}

TEST(ReadConfig, ReadsNoOptionThatTheExampleDoesNotName) {
  const std::string reader = FileText("server-stub/config/config_reader.cc");
  const std::string example = ExampleWithEverything();
  // table.String("key", ...), Uint32(table, "key", ...), Rho(table, "key"), Id(table, "key").
  const std::regex read(R"re((?:table\.[A-Z]\w*\(|\(table, )"(\w+)")re");
  size_t keys = 0;
  for (auto match = std::sregex_iterator(reader.begin(), reader.end(), read); match != std::sregex_iterator();
       ++match) {
    const std::string key = (*match)[1];
    EXPECT_TRUE(std::regex_search(example, std::regex("(^|\n)(" + key + " = |\\[\\[?" + key + "\\])"))) << key;
    ++keys;
  }
  EXPECT_GT(keys, 80u);
}

TEST(ReadConfig, NamesUnknownKeysWithTheirLine) {
  EXPECT_EQ(Refusal("[server]\nport = 1\nprot = 2\n"), "line 3: server.prot is not an option of this version.");
  EXPECT_EQ(Refusal("[sevrer]\n"), "line 1: sevrer is not an option of this version.");
  EXPECT_EQ(Refusal(std::string(kStream) + "titel = \"x\"\n"),
            "line 5: stream[0].titel is not an option of this version.");
}

TEST(ReadConfig, CollectsAllErrors) {
  EXPECT_EQ(Refusal("[server]\nport = 65536\nthreads = \"2\"\n[limits]\nidle_seconds = nan\n"),
            "line 2: server.port is 65536, expected 0 to 65535.\n"
            "line 3: server.threads is not an integer.\n"
            "line 5: limits.idle_seconds is nan, expected 0.1 to 86400.");
}

struct Wrong {
  std::string toml;
  std::string message;
};

// The message names the case; the default would print its bytes.
void PrintTo(const Wrong& wrong, std::ostream* out) {
  *out << wrong.message;
}

class ReadConfigRefuses : public testing::TestWithParam<Wrong> {};

TEST_P(ReadConfigRefuses, NamingKeyAndLine) {
  EXPECT_EQ(Refusal(GetParam().toml), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Values, ReadConfigRefuses,
    testing::Values(
        Wrong{"server = 1", "line 1: server is not a table; write [server]."},
        Wrong{"stream = 1", "line 1: stream is not an array of tables; write [[stream]]."},
        Wrong{"[server]\naddress = 1", "line 2: server.address is not a string."},
        Wrong{"[server]\nport = 80.0", "line 2: server.port is not an integer."},
        Wrong{"[server]\ncors_origins = [1]", "line 2: server.cors_origins is not a list of strings."},
        Wrong{"[server]\naddress = \"localhost\"", "line 2: server.address is no IPv4 or IPv6 address."},
        Wrong{"[server]\ntrusted_proxies = [\"::1\", \"10.0.0.0/8\"]",
              "line 2: server.trusted_proxies names 10.0.0.0/8, which is no IPv4 or IPv6 address."},
        Wrong{"[server]\ncors_origins = [\"*\", \"https://shop.example/\"]",
              "line 2: server.cors_origins names https://shop.example/, which is no origin such as "
              "https://shop.example."},
        Wrong{"[server]\nlog_level = \"loud\"",
              "line 2: server.log_level is none of trace, debug, info, warning, error."},
        Wrong{"[server]\nlog_format = \"xml\"", "line 2: server.log_format is neither text nor json."},
        Wrong{"[limits]\nheader_seconds = \"5\"", "line 2: limits.header_seconds is not a number."},
        Wrong{"[limits]\ndrain_seconds = true", "line 2: limits.drain_seconds is not a number."},
        Wrong{"[storage]\npath = \"\"", "line 2: storage.path is empty."},
        Wrong{"[[stream]]\nid = \"a b\"\ntitle_en = \"A\"\nproducts = \"p\"",
              "line 2: stream[0].id is not 1 to 64 of A-Z a-z 0-9 _ -."},
        Wrong{"[[stream]]\nid = \"a\"\nproducts = \"p\"",
              "line 1: stream[0].title_en is missing, and title_zh as well; give at least one."},
        Wrong{"[[stream]]\nid = \"a\"\ntitle_en = \"A\"", "line 1: stream[0].products is missing."},
        Wrong{std::string(kStream) + std::string(kStream), "line 6: stream[1].id is used twice."},
        Wrong{std::string(kStream) + "[[model]]\nid = \"m\"\nversion = \"1\"\npath = \"m\"\nstream = \"b\"",
              "line 9: model[0].stream is not the id of a [[stream]] above it."},
        Wrong{std::string(kStream) + "[[model]]\nid = \"m\"\nversion = \"1 \"\npath = \"m\"\nstream = \"a\"",
              "line 7: model[0].version is not 1 to 64 of A-Z a-z 0-9 _ - and dots."},
        Wrong{std::string(kStream) + std::string(kTask) + "kind = \"mood\"",
              "line 13: task[0].kind is not affinity, the one kind of this version."},
        Wrong{std::string(kStream) + std::string(kTask) + "trust = \"split\"",
              "line 13: task[0].trust is not local, the one kind of trust of this version."},
        Wrong{std::string(kStream) + "[[model]]\nid = \"affinity\"\nversion = \"1\"\npath = \"m\"\nstream = \"a\"\n" +
                  std::string(kTask),
              "line 17: task[0].model is also the id of a [[model]]; the model of a round needs one of its own."}));

std::string TaskRefusal(const std::string& before, const std::string& after) {
  std::string toml = std::string(kStream) + std::string(kTask);
  return Refusal(toml.replace(toml.find(before), before.size(), after));
}

TEST(ReadConfig, HoldsTasksToTheirForm) {
  EXPECT_EQ(TaskRefusal("[9, 2]", "4.5"),
            "line 9: task[0].sigma_squared is not [numerator, denominator], both from 1 to 4294967295.");
  EXPECT_EQ(TaskRefusal("[9, 2]", "[9, 0]").substr(0, 30), "line 9: task[0].sigma_squared ");
  EXPECT_EQ(TaskRefusal("[9, 2]", "[9]").substr(0, 30), "line 9: task[0].sigma_squared ");
  EXPECT_EQ(TaskRefusal("\"all\"", "\"some\""), "line 8: task[0].items is neither \"all\" nor a list of product ids.");
  EXPECT_EQ(TaskRefusal("\"all\"", "[]"), "line 8: task[0].items is empty; write \"all\" for every product.");
  EXPECT_EQ(TaskRefusal("minimum = 3", "minimum = 0").substr(0, 33), "line 10: task[0].minimum is 0, ex");
  EXPECT_EQ(TaskRefusal("minimum = 3\n", ""), "line 5: task[0].minimum is missing.");
  EXPECT_EQ(TaskRefusal("2030-01-01T00:00:00Z", "soon").substr(0, 25), "line 11: task[0].expires ");
}

TEST(ReadConfig, NamesTheLineOfASyntaxError) {
  EXPECT_EQ(Refusal("[server]\nport = \n").substr(0, 29), "line 2: this is not TOML: Err");
}

TEST(LoadConfig, TakesRelativePathsFromTheFoldersOfTheFile) {
  const TemporaryFolder folder;
  const auto config = LoadConfig(folder.Write("s.toml", kStream));
  ASSERT_TRUE(config.ok()) << ToString(config.error());
  EXPECT_EQ(config.value().streams[0].products, folder.path() / "p.json");
}

TEST(LoadConfig, NamesAFileThatIsNotThere) {
  const auto config = LoadConfig("/nowhere/sotto.toml");
  EXPECT_EQ(config.error().code, ErrorCode::kNotFound);
  EXPECT_NE(config.error().message.find("/nowhere/sotto.toml"), std::string::npos);
}

}  // namespace
}  // namespace sotto::server
