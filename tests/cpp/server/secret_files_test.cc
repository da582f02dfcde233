#include "server-stub/app/secret_files.h"

#include <gtest/gtest.h>

#include "server/temporary_folder.h"

namespace sotto::server {
namespace {

using std::filesystem::perms;

// An aggregator of `folder`, whose task files are in its folder `tasks`.
Config ConfigIn(const TemporaryFolder& folder) {
  Config config;
  config.aggregator.emplace();
  config.aggregator->storage = "postgresql://sotto@db.example/leader";
  config.aggregator->tasks = folder.path() / "tasks";
  std::filesystem::create_directory(config.aggregator->tasks);
  return config;
}

Path WriteWith(const TemporaryFolder& folder, const std::string& name, perms permissions) {
  const Path file = folder.Write(name, "x");
  std::filesystem::permissions(file, permissions);
  return file;
}

constexpr perms kOwner = perms::owner_read | perms::owner_write;
constexpr perms kEverybody = kOwner | perms::group_read | perms::others_read;

TEST(ReadableByOthers, NamesTaskFilesThatEverybodyCanRead) {
  const TemporaryFolder folder;
  const Config config = ConfigIn(folder);
  const Path open = WriteWith(folder, "tasks/b.toml", kEverybody);
  WriteWith(folder, "tasks/a.toml", kOwner);
  WriteWith(folder, "tasks/c.toml", kOwner | perms::group_read);
  WriteWith(folder, "tasks/notes.txt", kEverybody);
  const auto sentences = ReadableByOthers(folder.path() / "sotto.toml", config);
  ASSERT_EQ(sentences.size(), 1u);
  EXPECT_EQ(sentences[0], open.string() + " holds secrets and can be read by everybody on this machine: chmod 600 it.");
}

TEST(ReadableByOthers, NamesTheKeyOfMutualTlsAndAConfigurationWithAPassword) {
  const TemporaryFolder folder;
  Config config = ConfigIn(folder);
  const Path file = WriteWith(folder, "sotto.toml", kEverybody);
  config.aggregator->private_key = WriteWith(folder, "tls.key", kEverybody);
  EXPECT_EQ(ReadableByOthers(file, config).size(), 1u);
  for (const char* storage : {"postgresql://sotto:secret@db.example/leader", "postgresql:///leader?password=secret"}) {
    config.aggregator->storage = storage;
    EXPECT_EQ(ReadableByOthers(file, config).size(), 2u) << storage;
  }
}

TEST(ReadableByOthers, HasNothingToSayOfAServerWithoutAggregator) {
  EXPECT_TRUE(ReadableByOthers("/etc/sotto/sotto.toml", Config()).empty());
}

}  // namespace
}  // namespace sotto::server
