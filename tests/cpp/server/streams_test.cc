#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>

#include "server-stub/streams/media_directory.h"
#include "server-stub/streams/room.h"
#include "server/sample_task.h"
#include "server/temporary_folder.h"
#include "sotto/stream/clock.h"

namespace sotto::server {
namespace {

constexpr std::string_view kPlaylist =
    "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:2.0,\n"
    "#EXT-X-PROGRAM-DATE-TIME:2026-01-31T12:00:00.000+0000\nlive0.ts\n";

const int64_t kStart = stream::ParseRfc3339("2026-01-31T12:00:00Z").value();
const int64_t kNow = kStart + 2'000;  // where the playlist ends
constexpr int64_t kMinute = 60'000;

// The same, so much later and with another first number.
std::string PlaylistAt(int64_t start_ms, uint64_t sequence = 0) {
  std::string playlist(kPlaylist);
  constexpr std::string_view kDate = "2026-01-31T12:00:00.000+0000";
  playlist.replace(playlist.find(kDate), kDate.size(), stream::FormatRfc3339(start_ms));
  constexpr std::string_view kSequence = "SEQUENCE:0";
  return playlist.replace(playlist.find(kSequence), kSequence.size(), "SEQUENCE:" + std::to_string(sequence));
}

class RoomTest : public testing::Test {
 protected:
  RoomTest() {
    config_.id = "tea-house";
    config_.title = {"茶馆", "Tea house"};
    config_.media = folder_.path();
    config_.products =
        folder_.Write("products.json",
                      R"([{"id":"p1","title":{"en":"Tea"},"price":{"amount":100,"currency":"CNY"},"image":"p1.svg"},
            {"id":"p2","title":{"en":"Cup"},"price":{"amount":100,"currency":"CNY"},"image":"https://cdn/p2.svg"}])");
    config_.events = folder_.Write("events.json",
                                   R"([{"id":"e1","type":"product","product":"p1","at":1,"duration":5},
                                       {"id":"e2","type":"product","product":"p2","at":7,"duration":1,"every":2}])");
  }

  RoomContent Load() {
    auto content = LoadRoomContent(config_);
    EXPECT_TRUE(content.ok()) << ToString(content.error());
    return std::move(content).value();
  }

  static stream::Manifest Parsed(const Room& room) {
    return std::move(stream::ParseManifest(*room.Manifest().text)).value();
  }

  TemporaryFolder folder_;
  StreamConfig config_;
};

TEST_F(RoomTest, PutsTheImageBaseBeforeRelativeImagesOnly) {
  config_.image_base = "/assets/";
  const RoomContent content = Load();
  EXPECT_EQ(content.products[0].image, "/assets/p1.svg");
  EXPECT_EQ(content.products[1].image, "https://cdn/p2.svg");
}

TEST_F(RoomTest, GivesThePeriodToEventsWithoutOne) {
  config_.event_period = 120;
  const RoomContent content = Load();
  EXPECT_EQ(content.events[0].every, 120);
  EXPECT_EQ(content.events[1].every, 2);
}

TEST_F(RoomTest, PutsTheCampaignsIntoTheManifest) {
  config_.campaigns =
      folder_.Write("campaigns.json", R"([{"id":"c1","product":"p1","segments":{"all":["newcomer"]}}])");
  const Room room(config_, Load());
  ASSERT_EQ(Parsed(room).campaigns.size(), 1u);
  EXPECT_EQ(Parsed(room).campaigns[0].all, std::vector<std::string>{"newcomer"});
  config_.campaigns = folder_.Write("campaigns.json", R"([{"id":"c1","product":"p9"}])");
  EXPECT_NE(LoadRoomContent(config_).error().message.find("campaigns.json: campaigns[0].product"), std::string::npos);
}

TEST_F(RoomTest, NamesTheFileThatIsWrong) {
  config_.event_period = 3;
  EXPECT_NE(LoadRoomContent(config_).error().message.find("events.json: event e1 lasts"), std::string::npos);
  config_.event_period = 0;
  config_.events = folder_.Write("events.json", R"([{"id":"e1","type":"product","product":"p9"}])");
  EXPECT_NE(LoadRoomContent(config_).error().message.find("events.json: events[0].product"), std::string::npos);
  config_.products = folder_.path() / "none.json";
  EXPECT_EQ(LoadRoomContent(config_).error().code, ErrorCode::kNotFound);
}

TEST_F(RoomTest, RendersTheManifestAnewForEachChange) {
  Room room(config_, Load());
  const std::string before = room.Manifest().entity_tag;
  EXPECT_EQ(Parsed(room).hls, "master.m3u8");
  room.SetModel(MakeModelFile("affinity", "1", "abc").value());
  EXPECT_NE(room.Manifest().entity_tag, before);
  EXPECT_EQ(Parsed(room).models.at(0).url, "/v1/models/affinity/1");
  // SHA-256 of "abc", FIPS 180-4.
  EXPECT_EQ(Parsed(room).models.at(0).sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  room.SetModel(MakeModelFile("affinity", "2", "abc").value());
  ASSERT_EQ(Parsed(room).models.size(), 1u);
  EXPECT_EQ(Parsed(room).models.at(0).version, "2");
  const Task task = SampleTask(3);
  room.SetTask(task.reference);
  EXPECT_EQ(Parsed(room).tasks.at(0), task.reference);
  room.RemoveTask("affinity-1");
  EXPECT_TRUE(Parsed(room).tasks.empty());
}

TEST_F(RoomTest, HasNoPlaylistAndNoEpochBeforeTheEncoderWrites) {
  Room room(config_, Load());
  EXPECT_FALSE(room.MediaPlaylist());
  EXPECT_FALSE(room.epoch_ms());
  EXPECT_EQ(Parsed(room).epoch, "");
}

TEST_F(RoomTest, TakesTheEpochFromTheFirstPlaylistAndKeepsIt) {
  Room room(config_, Load());
  ASSERT_TRUE(room.SetPlaylist(kPlaylist, kNow).ok());
  EXPECT_EQ(Parsed(room).epoch, "2026-01-31T12:00:00.000Z");
  EXPECT_EQ(room.epoch_ms(), kStart);
  EXPECT_NE(room.MediaPlaylist()->text->find("ID=\"e1.0."), std::string::npos);
  EXPECT_NE(room.MediaPlaylist()->text->find("\nsegments/live0.ts\n"), std::string::npos);

  const int64_t again = kStart + 30 * kMinute;
  ASSERT_TRUE(room.SetPlaylist(PlaylistAt(again), again).ok());
  EXPECT_EQ(Parsed(room).epoch, "2026-01-31T12:00:00.000Z");
}

TEST_F(RoomTest, BeginsAnewAfterAnHourOfNothing) {
  Room room(config_, Load());
  ASSERT_TRUE(room.SetPlaylist(kPlaylist, kNow).ok());
  const int64_t hour_later = kNow + kBroadcastGapMs;
  ASSERT_TRUE(room.SetPlaylist(PlaylistAt(hour_later), hour_later).ok());
  EXPECT_EQ(room.epoch_ms(), kStart);
  const int64_t next = hour_later + 2'000 + kBroadcastGapMs + 1;
  ASSERT_TRUE(room.SetPlaylist(PlaylistAt(next), next).ok());
  EXPECT_EQ(room.epoch_ms(), next);
}

TEST_F(RoomTest, GoesOnWithTheBroadcastFromBeforeTheStart) {
  Room room(config_, Load());
  room.Resume({kStart - 20 * kMinute, kStart - kMinute});
  EXPECT_FALSE(room.epoch_ms());
  // The encoder's numbers say another moment; they began anew in between.
  ASSERT_TRUE(room.SetPlaylist(PlaylistAt(kStart, 5), kNow).ok());
  EXPECT_EQ(room.epoch_ms(), kStart - 20 * kMinute);
  EXPECT_EQ(room.broadcast(), (Broadcast{kStart - 20 * kMinute, kNow}));
}

TEST_F(RoomTest, ServesNothingOfABroadcastThatIsOver) {
  Room room(config_, Load());
  EXPECT_EQ(room.SetPlaylist(kPlaylist, kNow + kBroadcastGapMs + 1).error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(room.MediaPlaylist());
  EXPECT_FALSE(room.epoch_ms());
  EXPECT_TRUE(room.SetPlaylist(kPlaylist, kNow + kBroadcastGapMs).ok());
}

TEST_F(RoomTest, ListsSegmentsFromWhenThePlaylistNamesThemUntilALittleAfter) {
  Room room(config_, Load());
  const auto playlist = [](const std::string& segment, uint64_t sequence, int64_t start_ms) {
    std::string text = PlaylistAt(start_ms, sequence);
    return text.replace(text.find("live0.ts"), 8, segment);
  };
  EXPECT_FALSE(room.Lists("live0.ts"));
  ASSERT_TRUE(room.SetPlaylist(kPlaylist, kNow).ok());
  EXPECT_TRUE(room.Lists("live0.ts"));
  EXPECT_FALSE(room.Lists("live1.ts"));
  // The playlist is of two seconds; a player may still be at the one before.
  ASSERT_TRUE(room.SetPlaylist(playlist("live1.ts", 1, kNow), kNow + 2'000).ok());
  EXPECT_TRUE(room.Lists("live0.ts"));
  ASSERT_TRUE(room.SetPlaylist(playlist("live2.ts", 2, kNow + 2'000), kNow + 4'001).ok());
  EXPECT_FALSE(room.Lists("live0.ts"));
  EXPECT_TRUE(room.Lists("live1.ts"));
  EXPECT_TRUE(room.Lists("live2.ts"));
  // An encoder that counts from 0 again writes live1.ts and live2.ts anew.
  ASSERT_TRUE(room.SetPlaylist(playlist("live0.ts", 0, kNow + 4'000), kNow + 6'000).ok());
  EXPECT_TRUE(room.Lists("live0.ts"));
  EXPECT_FALSE(room.Lists("live2.ts"));
}

TEST_F(RoomTest, KeepsThePlaylistThatItHasWhenTheNextIsBroken) {
  Room room(config_, Load());
  ASSERT_TRUE(room.SetPlaylist(kPlaylist, kNow).ok());
  const std::string tag = room.MediaPlaylist()->entity_tag;
  EXPECT_EQ(room.SetPlaylist("#EXTM3U\n", kNow).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(room.MediaPlaylist()->entity_tag, tag);
}

TEST_F(RoomTest, NeedsNoVideo) {
  config_.media.clear();
  Room room(config_, Load());
  room.GoOn(kStart);
  EXPECT_EQ(Parsed(room).hls, "");
  room.GoOn(kStart + kMinute);
  EXPECT_EQ(Parsed(room).epoch, "2026-01-31T12:00:00.000Z");
}

TEST(MakeTask, ComputesWhatAContributionCosts) {
  const Task task = SampleTask(400);
  // k = 2: sensitivity squared k (k + 1) = 6; sigma squared 9: rho = 6 / 18.
  EXPECT_DOUBLE_EQ(task.reference.rho, 1.0 / 3.0);
  EXPECT_GT(task.reference.epsilon, task.reference.rho);
  EXPECT_EQ(task.reference.items, (std::vector<std::string>{"p1", "p2", "p3"}));
  EXPECT_EQ(task.reference.url, "/v1/tasks/affinity-1/updates");
}

TEST(MakeTask, RefusesWhatCannotWorkNamingTheTask) {
  TaskConfig config = SampleTaskConfig(1);
  config.items = {"p1", "p9"};
  EXPECT_EQ(MakeTask(config, SampleProducts(), 65'536).error().message,
            "task affinity-1: item p9 is no product of stream tea-house.");
  config = SampleTaskConfig(1);
  config.max_items = 4;
  EXPECT_EQ(MakeTask(config, SampleProducts(), 65'536).error().message.substr(0, 17), "task affinity-1: ");
  // 4 + 2 + 8 + 4 and six entries of two bytes.
  EXPECT_TRUE(MakeTask(SampleTaskConfig(1), SampleProducts(), 30).ok());
  EXPECT_EQ(MakeTask(SampleTaskConfig(1), SampleProducts(), 29).error().message,
            "task affinity-1: an update has 30 bytes, more than limits.body_bytes.");
}

TEST(ModelLibrary, NeverChangesAVersion) {
  ModelLibrary library;
  ASSERT_TRUE(library.Add(MakeModelFile("m", "1", "a").value()).ok());
  EXPECT_TRUE(library.Add(MakeModelFile("m", "1", "a").value()).ok());
  EXPECT_EQ(library.Add(MakeModelFile("m", "1", "b").value()).error().code, ErrorCode::kMismatch);
  EXPECT_TRUE(library.Add(MakeModelFile("m", "2", "b").value()).ok());
  EXPECT_EQ(*library.Find("m", "1")->bytes, "a");
  EXPECT_FALSE(library.Find("m", "3"));
}

TEST(MakeModelFile, RefusesAModelThatNoManifestCanName) {
  EXPECT_EQ(MakeModelFile("m", "1", "").error().code, ErrorCode::kResourceExhausted);
  constexpr size_t kMax = size_t{64} * 1024 * 1024;
  EXPECT_TRUE(MakeModelFile("m", "1", std::string(kMax, 'x')).ok());
  EXPECT_EQ(MakeModelFile("m", "1", std::string(kMax + 1, 'x')).error().code, ErrorCode::kResourceExhausted);
}

TEST(MediaDirectory, ReadsThePlaylistOnlyWhenItChanged) {
  const TemporaryFolder folder;
  SegmentCache cache(1'000);
  MediaDirectory media(folder.path(), cache);
  EXPECT_FALSE(media.ChangedIndex("live.m3u8").value());
  folder.Write("live.m3u8", "one");
  EXPECT_EQ(media.ChangedIndex("live.m3u8").value(), "one");
  EXPECT_FALSE(media.ChangedIndex("live.m3u8").value());
  // As ffmpeg does it.
  folder.Write("live.m3u8.tmp", "two");
  std::filesystem::rename(folder.path() / "live.m3u8.tmp", folder.path() / "live.m3u8");
  EXPECT_EQ(media.ChangedIndex("live.m3u8").value(), "two");
}

TEST(MediaDirectory, ReadsASegmentOnceAndNoticesAnotherOfItsName) {
  const TemporaryFolder folder;
  SegmentCache cache(1'000);
  const MediaDirectory media(folder.path(), cache);
  EXPECT_EQ(media.Segment("a.ts").error().code, ErrorCode::kNotFound);
  folder.Write("a.ts", "first");
  const SharedText first = media.Segment("a.ts").value();
  EXPECT_EQ(*first, "first");
  EXPECT_EQ(media.Segment("a.ts").value(), first);
  folder.Write("b.ts", "second!");
  std::filesystem::rename(folder.path() / "b.ts", folder.path() / "a.ts");
  EXPECT_EQ(*media.Segment("a.ts").value(), "second!");
}

TEST(MediaDirectory, FollowsNoLinkAndServesNoFolder) {
  const TemporaryFolder folder;
  SegmentCache cache(1'000);
  const MediaDirectory media(folder.path(), cache);
  std::filesystem::create_symlink("/etc/passwd", folder.path() / "link.ts");
  std::filesystem::create_directory(folder.path() / "folder.ts");
  EXPECT_EQ(media.Segment("link.ts").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(media.Segment("folder.ts").error().code, ErrorCode::kNotFound);
}

TEST(MediaDirectory, TellsASegmentThatCannotBeReadNowFromOneThatIsNotThere) {
  const TemporaryFolder folder;
  SegmentCache cache(1'000);
  const MediaDirectory media(folder.path(), cache);
  folder.Write("a.ts", "content");
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto without_descriptors = media.Segment("a.ts");
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(without_descriptors.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(*media.Segment("a.ts").value(), "content");
}

TEST(SegmentCache, ForgetsWhatWasUsedLeastRecently) {
  SegmentCache cache(10);
  const FileStamp stamp{1, 4, 1};
  cache.Insert("a", stamp, Share("aaaa"));
  cache.Insert("b", stamp, Share("bbbb"));
  EXPECT_NE(cache.Find("a", stamp), nullptr);
  cache.Insert("c", stamp, Share("cccc"));
  EXPECT_EQ(cache.Find("b", stamp), nullptr);
  EXPECT_NE(cache.Find("a", stamp), nullptr);
  EXPECT_EQ(cache.bytes(), 8u);
  cache.Insert("d", stamp, Share("more than fits"));
  EXPECT_EQ(cache.bytes(), 0u);
}

}  // namespace
}  // namespace sotto::server
