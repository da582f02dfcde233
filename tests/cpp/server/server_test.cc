// The whole server in this process, spoken to over loopback.
#include "server-stub/app/server.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "server-stub/models/sha256.h"
#include "server-stub/routes/site.h"
#include "server-stub/storage/database.h"
#include "server/loopback.h"
#include "server/running_server.h"
#include "server/sample_task.h"
#include "server/temporary_folder.h"
#include "sotto/base/random.h"
#include "sotto/stream/clock.h"
#include "sotto/stream/manifest.h"

namespace sotto::server {
namespace {

Config SmallConfig(const TemporaryFolder& folder) {
  Config config;
  config.server.port = 0;
  config.server.threads = 2;
  config.storage.path = folder.path() / "s.sqlite";
  StreamConfig stream;
  stream.id = "tea-house";
  stream.title = {"茶馆", "Tea house"};
  stream.products = folder.Write("products.json",
                                 R"([{"id":"p1","title":{"en":"1"},"price":{"amount":1,"currency":"CNY"}},
                                     {"id":"p2","title":{"en":"2"},"price":{"amount":1,"currency":"CNY"}},
                                     {"id":"p3","title":{"en":"3"},"price":{"amount":1,"currency":"CNY"}}])");
  stream.media = folder.path();
  config.streams.push_back(stream);
  config.models.push_back({"comments", "1", folder.Write("model.bin", "model bytes"), "tea-house"});
  config.tasks.push_back(SampleTaskConfig(2));
  TaskConfig expired = SampleTaskConfig(2, "old");
  expired.expires = "2020-01-01T00:00:00Z";
  config.tasks.push_back(expired);
  return config;
}

class ServerTest : public testing::Test, protected RunningServer {
 protected:
  ServerTest() { Start(SmallConfig(folder_)); }

  // The same server on the same folder, with other limits.
  void Restart(const Limits& limits) {
    Config config = SmallConfig(folder_);
    config.limits = limits;
    Start(config);
  }
};

const std::string kUpdates = "/v1/tasks/affinity-1/updates/";
const std::string kUpgrade =
    "GET /v1/streams/tea-house/comments HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

TEST_F(ServerTest, SaysThatItIsAliveAndReady) {
  EXPECT_EQ(StatusOf(Get("/healthz")), 200);
  EXPECT_EQ(StatusOf(Get("/readyz")), 200);
}

TEST_F(ServerTest, CountsWhatItDoes) {
  Get("/healthz");
  const std::string metrics = BodyOf(Get("/metrics"));
  EXPECT_NE(metrics.find("sotto_http_requests_total{route=\"health\",status=\"200\"} 1"), std::string::npos);
  EXPECT_NE(metrics.find("sotto_round_minimum{task=\"affinity-1\"} 2"), std::string::npos);
  EXPECT_NE(metrics.find("sotto_http_request_seconds_bucket{route=\"health\""), std::string::npos);
}

TEST_F(ServerTest, GivesTheManifestOnceAndThen304) {
  const std::string first = Get("/v1/streams/tea-house/manifest.json");
  EXPECT_EQ(StatusOf(first), 200);
  EXPECT_EQ(HeaderOf(first, "Cache-Control"), "no-cache");
  const auto manifest = stream::ParseManifest(BodyOf(first));
  ASSERT_TRUE(manifest.ok()) << ToString(manifest.error());
  EXPECT_EQ(manifest.value().models.at(0).size, 11u);
  // The other one has expired.
  ASSERT_EQ(manifest.value().tasks.size(), 1u);
  EXPECT_EQ(manifest.value().tasks[0].id, "affinity-1");
  const std::string tag = HeaderOf(first, "ETag");
  const std::string again = Get("/v1/streams/tea-house/manifest.json", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(StatusOf(again), 304);
  EXPECT_EQ(BodyOf(again), "");
  EXPECT_EQ(HeaderOf(again, "ETag"), tag);
}

TEST_F(ServerTest, GivesModelsAsImmutable) {
  const std::string model = Get("/v1/models/comments/1");
  EXPECT_EQ(BodyOf(model), "model bytes");
  EXPECT_EQ(HeaderOf(model, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(StatusOf(Get("/v1/models/comments/1", "If-None-Match: " + HeaderOf(model, "ETag") + "\r\n")), 304);
  EXPECT_TRUE(IsProblem(Get("/v1/models/comments/2"), "NOT_FOUND"));
}

TEST_F(ServerTest, AsksToWaitForAVideoThatHasNotStarted) {
  const std::string playlist = Get("/v1/streams/tea-house/live.m3u8");
  EXPECT_EQ(StatusOf(playlist), 503);
  EXPECT_EQ(HeaderOf(playlist, "Retry-After"), "1");
  EXPECT_EQ(StatusOf(Get("/v1/streams/tea-house/master.m3u8")), 200);
  EXPECT_EQ(StatusOf(Get("/v1/streams/tea-house/segments/live0.ts")), 404);
}

TEST_F(ServerTest, AnswersHeadWithTheHeaderAlone) {
  Loopback connection(server_->port());
  connection.Send("HEAD /v1/models/comments/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string response = connection.Rest();
  EXPECT_EQ(StatusOf(response), 200);
  EXPECT_EQ(HeaderOf(response, "Content-Length"), "11");
  EXPECT_EQ(BodyOf(response), "");
}

TEST_F(ServerTest, KeepsAConnectionForManyRequestsEvenPipelined) {
  Loopback connection(server_->port());
  const std::string request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
  connection.Send(request + request + request);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(StatusOf(connection.Response()), 200);
  connection.Send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n" + request);
  EXPECT_EQ(StatusOf(connection.Response()), 404);
  EXPECT_EQ(StatusOf(connection.Response()), 200);
}

TEST_F(ServerTest, AnswersAPreflightAndNamesTheAllowedOrigin) {
  const std::string preflight =
      Ask("OPTIONS " + kUpdates + "a HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\n\r\n");
  EXPECT_EQ(StatusOf(preflight), 204);
  EXPECT_EQ(HeaderOf(preflight, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(HeaderOf(Get("/healthz", "Origin: https://a.example\r\n"), "Access-Control-Allow-Origin"), "*");
}

TEST_F(ServerTest, StoresAnUpdateOnce) {
  const std::string update = SampleUpdateBytes(SampleTask(2), 1);
  EXPECT_EQ(StatusOf(Put(kUpdates + "a", update)), 201);
  EXPECT_EQ(StatusOf(Put(kUpdates + "a", update)), 200);
  EXPECT_TRUE(IsProblem(Put(kUpdates + "a", SampleUpdateBytes(SampleTask(2), 2)), "CONFLICT"));
}

TEST_F(ServerTest, ClosesTheRoundAndNamesItsModelBeforeItAcknowledgesTheLastUpdate) {
  EXPECT_EQ(StatusOf(Put(kUpdates + "a", SampleUpdateBytes(SampleTask(2), 1))), 201);
  EXPECT_EQ(StatusOf(Put(kUpdates + "b", SampleUpdateBytes(SampleTask(2), 2))), 201);
  const auto manifest = stream::ParseManifest(BodyOf(Get("/v1/streams/tea-house/manifest.json")));
  ASSERT_TRUE(manifest.ok());
  ASSERT_EQ(manifest.value().models.size(), 2u);
  EXPECT_EQ(manifest.value().models[1].id, "affinity");
  EXPECT_EQ(manifest.value().models[1].version, "1");
  EXPECT_TRUE(manifest.value().tasks.empty());
  const std::string model = Get(manifest.value().models[1].url);
  EXPECT_EQ(BodyOf(model).size(), manifest.value().models[1].size);
  EXPECT_TRUE(IsProblem(Put(kUpdates + "c", SampleUpdateBytes(SampleTask(2), 3)), "EXPIRED"));
  EXPECT_EQ(StatusOf(Put(kUpdates + "a", SampleUpdateBytes(SampleTask(2), 1))), 200);
}

TEST_F(ServerTest, KeepsTheModelAndTheDuplicatesOverARestart) {
  Put(kUpdates + "a", SampleUpdateBytes(SampleTask(2), 1));
  Put(kUpdates + "b", SampleUpdateBytes(SampleTask(2), 2));
  const std::string model = BodyOf(Get("/v1/models/affinity/1"));
  Restart({});
  EXPECT_EQ(BodyOf(Get("/v1/models/affinity/1")), model);
  EXPECT_NE(Get("/v1/streams/tea-house/manifest.json").find("/v1/models/affinity/1"), std::string::npos);
  EXPECT_EQ(StatusOf(Put(kUpdates + "a", SampleUpdateBytes(SampleTask(2), 1))), 200);
  EXPECT_EQ(StatusOf(Put(kUpdates + "c", SampleUpdateBytes(SampleTask(2), 3))), 410);
}

TEST_F(ServerTest, RefusesUpdatesThatAreNone) {
  const std::string update = SampleUpdateBytes(SampleTask(2), 1);
  EXPECT_TRUE(IsProblem(Put("/v1/tasks/nothing/updates/a", update), "NOT_FOUND"));
  EXPECT_TRUE(IsProblem(Put(kUpdates + "a.b", update), "MALFORMED"));
  EXPECT_EQ(StatusOf(Put(kUpdates + std::string(65, 'a'), update)), 400);
  EXPECT_EQ(StatusOf(Put(kUpdates + "a", update.substr(0, update.size() - 1))), 400);
  EXPECT_EQ(StatusOf(Put(kUpdates + "a", update + "x")), 400);
  EXPECT_EQ(StatusOf(Put(kUpdates + "a", "")), 400);
  EXPECT_TRUE(IsProblem(Put(kUpdates + "a", SampleUpdateBytes(SampleTask(2, "other"), 1)), "MISMATCH"));
  EXPECT_TRUE(IsProblem(Put("/v1/tasks/old/updates/a", SampleUpdateBytes(SampleTask(2, "old"), 1)), "EXPIRED"));
  EXPECT_EQ(StatusOf(Ask("PUT " + kUpdates + "a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")), 415);
  EXPECT_EQ(StatusOf(Put(kUpdates + "a", update)), 201);
}

TEST_F(ServerTest, ReadsAMediaTypeInAnyCaseAndWithParameters) {
  const std::string update = SampleUpdateBytes(SampleTask(2), 1);
  EXPECT_EQ(StatusOf(Ask("PUT " + kUpdates +
                         "a HTTP/1.1\r\nHost: x\r\nContent-Type: Application/Octet-Stream ; v=1\r\nContent-Length: " +
                         std::to_string(update.size()) + "\r\n\r\n" + update)),
            201);
}

TEST_F(ServerTest, RefusesABodyThatIsTooLargeBeforeItArrives) {
  Loopback connection(server_->port());
  connection.Send("PUT " + kUpdates +
                  "a HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
                  "Content-Length: 104857600\r\n\r\n");
  const std::string response = connection.Rest();
  EXPECT_EQ(StatusOf(response), 413);
  EXPECT_EQ(HeaderOf(response, "Connection"), "close");
}

TEST_F(ServerTest, RefusesEveryTransferEncodingAndWhatComesAfterIt) {
  for (const std::string coding : {"chunked", "gzip", "identity", "gzip, chunked"}) {
    for (const std::string& request : {"PUT " + kUpdates + "a", std::string("GET /healthz")}) {
      Loopback connection(server_->port());
      connection.Send(request + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + coding +
                      "\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
      connection.EndSending();
      const std::string all = connection.Rest();
      EXPECT_EQ(StatusOf(all), 411) << request << coding;
      EXPECT_EQ(all.find("sotto_http"), std::string::npos) << request << coding;
    }
  }
}

TEST_F(ServerTest, WantsOneHost) {
  EXPECT_EQ(StatusOf(Ask("GET /healthz HTTP/1.1\r\n\r\n")), 400);
  EXPECT_EQ(StatusOf(Ask("GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")), 400);
  EXPECT_EQ(StatusOf(Ask("GET /healthz HTTP/1.0\r\n\r\n")), 200);
}

// What two parties could read as requests that end at different places (RFC 9112, 11.2), and what is no HTTP at all.
TEST_F(ServerTest, ClosesWhereItIsNotClearWhereARequestEnds) {
  struct Case {
    std::string_view header;  // behind the request line and Host
    int status;
  };
  using namespace std::string_view_literals;  // NUL bytes
  const Case cases[] = {
      {"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv, 400},
      {"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"sv, 400},
      {"Content-Length: 0\r\nContent-Length: 5\r\n\r\n"sv, 400},
      {"Content-Length: 0\r\nContent-Length: 0\r\n\r\n"sv, 400},
      {"Content-Length: 0, 0\r\n\r\n"sv, 400},
      {"Content-Length: +0\r\n\r\n"sv, 400},
      {"Content-Length: 0x0\r\n\r\n"sv, 400},
      {"Content-Length: \r\n\r\n"sv, 400},
      {"Content-Length : 0\r\n\r\n"sv, 400},
      {"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"sv, 400},
      {"Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n"sv, 400},
      {"Transfer-Encoding:  \t chunked \r\n\r\n0\r\n\r\n"sv, 411},
      {"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"sv, 411},
      {"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv, 411},
      {"X: a\nTransfer-Encoding: chunked\r\n\r\n"sv, 400},
      {"X: a\rb\r\n\r\n"sv, 400},
      {"X: a\0b\r\n\r\n"sv, 400},
      {"X\0: a\r\n\r\n"sv, 400},
      {": a\r\n\r\n"sv, 400},
      {"no colon\r\n\r\n"sv, 400},
  };
  for (const auto& [header, status] : cases) {
    Loopback connection(server_->port());
    connection.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n" + std::string(header) +
                    "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    connection.EndSending();
    const std::string all = connection.Rest();
    EXPECT_EQ(StatusOf(all), status) << header;
    EXPECT_EQ(HeaderOf(all, "Connection"), "close") << header;
    EXPECT_EQ(all.find("sotto_http"), std::string::npos) << header;
  }
  for (const std::string_view head :
       {"GET /healthz HTTP/1.1\nHost: x\n\n"sv, "GET /healthz HTTP/1.1\r\n Host: x\r\n\r\n"sv,
        "GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n"sv, "GET /healthz\0 HTTP/1.1\r\nHost: x\r\n\r\n"sv,
        "GET /healthz HTTP/1.1\r\nHost: x, y\r\n\r\n"sv, "GET /healthz HTTP/1.1\r\nHost: x/metrics\r\n\r\n"sv}) {
    Loopback connection(server_->port());
    connection.Send(std::string(head) + "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    connection.EndSending();
    const std::string all = connection.Rest();
    EXPECT_EQ(StatusOf(all), 400) << head;
    EXPECT_EQ(all.find("sotto_http"), std::string::npos) << head;
  }
  EXPECT_EQ(StatusOf(Get("/healthz")), 200);
}

TEST_F(ServerTest, TakesAFoldedLineForAPartOfItsFieldOnly) {
  // RFC 9112, 5.2: the fold becomes spaces, so there is no Transfer-Encoding here, and the next request is one.
  Loopback connection(server_->port());
  connection.Send(
      "GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\r\n Transfer-Encoding: chunked\r\n\r\n"
      "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(StatusOf(connection.Response()), 200);
  EXPECT_EQ(StatusOf(connection.Response()), 404);
}

TEST_F(ServerTest, AnswersTheAbsoluteFormByItsPathWhateverTheHost) {
  EXPECT_EQ(StatusOf(Ask("GET http://other.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n")), 200);
  EXPECT_EQ(StatusOf(Ask("GET http://other.example HTTP/1.1\r\nHost: x\r\n\r\n")), 404);
}

// RFC 6455, 5 and 7.4.1, and RFC 3629.
TEST_F(ServerTest, ClosesAWebSocketOfMalformedFramesWithTheRightCode) {
  const auto frame = [](unsigned first, std::string_view payload) {
    std::string bytes(1, static_cast<char>(first));
    if (payload.size() < 126) {
      bytes += static_cast<char>(0x80 | payload.size());
    } else {
      bytes += static_cast<char>(0xfe);
      bytes += static_cast<char>(payload.size() >> 8);
      bytes += static_cast<char>(payload.size() & 0xff);
    }
    return bytes + std::string(4, '\0') + std::string(payload);  // masked with zeros
  };
  const std::string json = R"({"text":"a"})";
  const std::string mask(4, '\0');
  struct Case {
    const char* what;
    std::string bytes;
    unsigned code;
  };
  const Case cases[] = {
      {"not masked", "\x81\x0c" + json, 1002},
      {"RSV1", frame(0xc1, json), 1002},
      {"RSV2", frame(0xa1, json), 1002},
      {"RSV3", frame(0x91, json), 1002},
      {"an opcode of data that there is not", frame(0x83, json), 1002},
      {"an opcode of control that there is not", frame(0x8b, ""), 1002},
      {"a fragment of a ping", frame(0x09, ""), 1002},
      {"a fragment of a close", frame(0x08, "\x03\xe8"), 1002},
      {"a ping that is too long", frame(0x89, std::string(126, 'a')), 1002},
      {"a continuation of nothing", frame(0x80, json), 1002},
      {"a message within a message", frame(0x01, "{") + frame(0x81, json), 1002},
      {"a length that is not the shortest", std::string("\x81\xfe\x00\x0c", 4) + mask + json, 1002},
      {"no UTF-8", frame(0x81, "\"\xff\""), 1007},
      {"a surrogate", frame(0x81, "\xed\xa0\x80"), 1007},
      {"half a character", frame(0x81, "\xe8\x8c"), 1007},
      {"no character over two fragments", frame(0x01, "\xe8\x8c") + frame(0x80, "a"), 1007},
      {"a binary frame", frame(0x82, json), 1003},
      {"too long", std::string("\x81\xff\0\0\x01\0\0\0\0\0", 10) + mask, 1009},
      {"longer than there is", std::string("\x81\xff\x80\0\0\0\0\0\0\0", 10) + mask, 1009},
      {"half a close code", frame(0x88, "\x03"), 1002},
      {"the close code 1005, which is never sent", frame(0x88, "\x03\xed"), 1002},
      {"the close code 999", frame(0x88, "\x03\xe7"), 1002},
      {"a close", frame(0x88, "\x03\xe8"), 1000},
      {"a close without code", frame(0x88, ""), 1000},
      {"a close with a code of the application", frame(0x88, "\x0b\xb8"), 3000},
  };
  for (const auto& [what, bytes, code] : cases) {
    Loopback connection(server_->port());
    connection.Send(kUpgrade);
    ASSERT_EQ(StatusOf(connection.Response()), 101) << what;
    connection.Send(bytes);
    connection.Send(frame(0x88, "\x03\xe8"));  // answers the server's close
    connection.EndSending();
    const std::string answer = connection.Rest();
    ASSERT_GE(answer.size(), 4u) << what;
    EXPECT_EQ(static_cast<uint8_t>(answer[0]), 0x88) << what;
    EXPECT_EQ(static_cast<uint8_t>(answer[2]) * 256u + static_cast<uint8_t>(answer[3]), code) << what;
  }
  EXPECT_EQ(StatusOf(Get("/healthz")), 200);
}

class LowLatencyTest : public ServerTest {
 protected:
  // One complete segment of two parts, one part of the next, and the part that comes after it.
  void Write(int parts_of_next) {
    std::string playlist =
        "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:1\n#EXT-X-PART-INF:PART-TARGET=0.5\n"
        "#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-PROGRAM-DATE-TIME:" +
        stream::FormatRfc3339(UnixNow()) +
        "\n#EXT-X-PART:DURATION=0.5,URI=\"s7-0.m4s\"\n#EXT-X-PART:DURATION=0.5,URI=\"s7-1.m4s\"\n#EXTINF:1,\ns7.m4s\n";
    for (int part = 0; part <= parts_of_next; ++part) {
      const std::string name = "s8." + std::to_string(part) + ".m4s";
      if (part == parts_of_next) {
        playlist += "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"" + name + "\"\n";
      } else {
        folder_.Write(name, "part " + std::to_string(part));
        playlist += "#EXT-X-PART:DURATION=0.5,URI=\"" + name + "\"\n";
      }
    }
    folder_.Write("draft", playlist);
    std::filesystem::rename(folder_.path() / "draft", folder_.path() / "live.m3u8");
  }
  std::string Reload(const std::string& query) const { return Get(kPlaylist + query); }
  void WaitForPlaylist() const {
    while (StatusOf(Reload("")) != 200) std::this_thread::yield();
  }

  static inline const std::string kPlaylist = "/v1/streams/tea-house/live.m3u8";
};

TEST_F(LowLatencyTest, AnswersABlockingReloadWhenThePartIsThere) {
  Write(1);
  WaitForPlaylist();
  EXPECT_NE(Reload("").find("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.500\n"), std::string::npos);
  EXPECT_EQ(StatusOf(Reload("?_HLS_msn=7")), 200);
  EXPECT_EQ(StatusOf(Reload("?_HLS_msn=8&_HLS_part=0")), 200);
  // More of them than the server has threads.
  std::vector<std::unique_ptr<Loopback>> waiting;
  for (int i = 0; i < 8; ++i) {
    waiting.push_back(std::make_unique<Loopback>(server_->port()));
    waiting.back()->Send("GET " + kPlaylist + "?_HLS_msn=8&_HLS_part=1 HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  Loopback hinted(server_->port());
  hinted.Send("GET /v1/streams/tea-house/segments/s8.1.m4s HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(StatusOf(Get("/healthz")), 200);
  Write(2);
  for (const auto& one : waiting) {
    const std::string response = one->Response();
    EXPECT_EQ(StatusOf(response), 200);
    EXPECT_NE(response.find("URI=\"segments/s8.1.m4s\""), std::string::npos);
  }
  EXPECT_EQ(BodyOf(hinted.Response()), "part 1");
}

TEST_F(LowLatencyTest, GivesUpAfterThreeTargetDurations) {
  Write(1);
  WaitForPlaylist();
  const std::string late = Reload("?_HLS_msn=8&_HLS_part=1");
  EXPECT_EQ(StatusOf(late), 503);
  EXPECT_FALSE(HeaderOf(late, "Retry-After").empty());
  EXPECT_EQ(StatusOf(Get("/v1/streams/tea-house/segments/s8.1.m4s")), 503);
}

TEST_F(LowLatencyTest, RefusesWhatItWillNotHaveSoonAndWhatIsNoNumber) {
  Write(1);
  WaitForPlaylist();
  for (const char* query : {"?_HLS_msn=11", "?_HLS_msn=8&_HLS_part=7", "?_HLS_part=1", "?_HLS_msn=-1", "?_HLS_msn=x",
                            "?_HLS_msn=8&_HLS_part=1.5", "?_HLS_msn=99999999999999999999"}) {
    EXPECT_EQ(StatusOf(Reload(query)), 400) << query;
  }
  EXPECT_EQ(StatusOf(Get("/v1/streams/tea-house/segments/s9.0.m4s")), 404);
}

TEST_F(LowLatencyTest, LetsNobodyWaitWhenItStops) {
  Write(1);
  WaitForPlaylist();
  Loopback waiting(server_->port());
  // Another request in the same packet before it: once that is answered, this one is being served or about to be.
  waiting.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET " + kPlaylist +
               "?_HLS_msn=8&_HLS_part=1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(StatusOf(waiting.Response()), 200);
  StopServer();
  EXPECT_EQ(StatusOf(waiting.Rest()), 503);
}

TEST_F(ServerTest, GivesThePlaylistAtOnceWhileAViewerDoesNotReadHisComments) {
  Restart({.comment_queue = 4, .comments_per_minute = 0, .stream_comments_per_second = 0});
  folder_.Write("live.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-PROGRAM-DATE-TIME:" +
                                 stream::FormatRfc3339(UnixNow()) + "\n#EXTINF:2,\ns0.ts\n");
  Loopback writer(server_->port());
  Loopback deaf(server_->port());
  for (Loopback* viewer : {&writer, &deaf}) {
    viewer->Send(kUpgrade);
    ASSERT_EQ(StatusOf(viewer->Response()), 101);
  }
  // So many that the kernel's buffers are full and his comments are dropped. The writer does not read either.
  const std::string comment = R"({"text":")" + std::string(3'000, 'a') + R"("})";
  std::string frame = "\x81\xfe";
  frame += static_cast<char>(comment.size() >> 8);
  frame += static_cast<char>(comment.size() & 0xff);
  frame += std::string(4, '\0') + comment;
  const auto dropped = [&] {
    const std::string metrics = BodyOf(Get("/metrics"));
    const std::string series = "sotto_comments_dropped_total{stream=\"tea-house\"} ";
    const size_t place = metrics.find(series);
    return place == std::string::npos ? 0.0 : std::stod(metrics.substr(place + series.size()));
  };
  while (dropped() == 0) {
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(writer.Send(frame));
  }
  EXPECT_EQ(StatusOf(Get("/v1/streams/tea-house/live.m3u8")), 200);
  EXPECT_EQ(StatusOf(Get("/v1/streams/tea-house/manifest.json")), 200);
  EXPECT_GT(dropped(), 0);
}

TEST_F(ServerTest, GivesALargeAnswerWholeToWhoReadsItInHisTime) {
  std::string segment(12'000'000, '\0');
  for (size_t i = 0; i < segment.size(); ++i) segment[i] = static_cast<char>(i ^ (i >> 11));
  folder_.Write("s0.ts", segment);
  folder_.Write("live.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-PROGRAM-DATE-TIME:" +
                                 stream::FormatRfc3339(UnixNow()) + "\n#EXTINF:2,\ns0.ts\n");
  while (StatusOf(Get("/v1/streams/tea-house/live.m3u8")) != 200) std::this_thread::yield();
  Loopback viewer(server_->port());
  const std::string request = "GET /v1/streams/tea-house/segments/s0.ts HTTP/1.1\r\nHost: x\r\n\r\n";
  viewer.Send(request + request + "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  // More than the kernel keeps: the server has to wait for him.
  EXPECT_EQ(StatusOf(Get("/healthz")), 200);
  for (int i = 0; i < 2; ++i) {
    const std::string response = viewer.Response();
    EXPECT_EQ(StatusOf(response), 200);
    EXPECT_TRUE(BodyOf(response) == segment);
  }
  EXPECT_EQ(StatusOf(viewer.Response()), 200);
}

TEST_F(ServerTest, RefusesBodiesWhereNoneIsExpected) {
  EXPECT_EQ(StatusOf(Ask("GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")), 413);
}

TEST_F(ServerTest, DoesNotTakeTheRestOfARefusedBodyForARequest) {
  Loopback connection(server_->port());
  const std::string smuggled = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
  connection.Send("PUT /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(smuggled.size()) +
                  "\r\n\r\n" + smuggled);
  connection.EndSending();
  const std::string all = connection.Rest();
  EXPECT_EQ(StatusOf(all), 404);
  EXPECT_EQ(all.find("sotto_http"), std::string::npos);
}

TEST_F(ServerTest, InvitesTheBodyThatAClientHoldsBack) {
  const std::string update = SampleUpdateBytes(SampleTask(2), 1);
  Loopback connection(server_->port());
  connection.Send("PUT " + kUpdates +
                  "a HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
                  "Expect: 100-continue\r\nContent-Length: " +
                  std::to_string(update.size()) + "\r\n\r\n");
  EXPECT_EQ(StatusOf(connection.Response()), 100);
  connection.Send(update);
  EXPECT_EQ(StatusOf(connection.Response()), 201);
}

TEST_F(ServerTest, RefusesAHeaderThatIsTooLargeOrNone) {
  EXPECT_EQ(StatusOf(Get("/healthz", "X: " + std::string(9'000, 'a') + "\r\n")), 431);
  EXPECT_EQ(StatusOf(Get("/" + std::string(9'000, 'a'))), 431);
  // Of many small fields, in one packet, and in many of which each ends within a field.
  std::string fields;
  for (int i = 0; i < 2'000; ++i) fields += "A:b\r\n";
  EXPECT_EQ(StatusOf(Get("/healthz", fields)), 431);
  Loopback drip(server_->port());
  drip.Send("GET /healthz HTTP/1.1\r\nHost: x\r\nA");
  for (int i = 0; i < 200 && drip.Send(":b\r\n" + fields.substr(0, 500) + "A"); ++i) std::this_thread::yield();
  EXPECT_EQ(StatusOf(drip.Rest()), 431);
  EXPECT_EQ(StatusOf(Ask("hello\r\n\r\n")), 400);
  EXPECT_EQ(StatusOf(Ask("GET /healthz HTTP/7.0\r\n\r\n")), 400);
  EXPECT_EQ(StatusOf(Ask("PUT /healthz HTTP/1.1\r\nContent-Length: -1\r\n\r\n")), 400);
  EXPECT_EQ(StatusOf(Ask("PUT /healthz HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")), 400);
}

TEST_F(ServerTest, LimitsTheUpdatesOfAnAddress) {
  Restart({.updates_per_minute = 2});
  for (int i = 0; i < 2; ++i) EXPECT_EQ(StatusOf(Put(kUpdates + "a", "junk")), 400);
  const std::string limited = Put(kUpdates + "a", "junk");
  EXPECT_TRUE(IsProblem(limited, "RATE_LIMITED"));
  EXPECT_EQ(StatusOf(limited), 429);
  EXPECT_FALSE(HeaderOf(limited, "Retry-After").empty());
}

TEST_F(ServerTest, LimitsRequestsByTokenAndThoseWithoutARightOneByAddress) {
  Config config = SmallConfig(folder_);
  config.server.operator_token_sha256 = Sha256Hex(AsBytes("the operator's own token"));
  config.limits.token_requests_per_minute = 2;
  config.limits.wrong_tokens_per_minute = 3;
  Start(config);
  const auto publish = [&](const std::string& token) {
    return Ask("POST /v1/streams/tea-house/models/comments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token +
               "\r\nContent-Length: 0\r\n\r\n");
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(StatusOf(publish("a guess of this length " + std::to_string(i))), 401);
  const std::string guess = publish("a guess of this length 3");
  EXPECT_EQ(StatusOf(guess), 429);
  EXPECT_TRUE(IsProblem(guess, "RATE_LIMITED"));
  EXPECT_FALSE(HeaderOf(guess, "Retry-After").empty());
  // Somebody else behind the same address.
  for (int i = 0; i < 2; ++i) EXPECT_EQ(StatusOf(publish("the operator's own token")), 409);
  EXPECT_EQ(StatusOf(publish("the operator's own token")), 429);
}

TEST_F(ServerTest, LimitsTheClientsOfATrustedProxyOneByOne) {
  Config config = SmallConfig(folder_);
  config.server.trusted_proxies = {"127.0.0.1"};
  config.limits.updates_per_minute = 1;
  Start(config);
  const auto put = [&](const std::string& headers) { return StatusOf(Put(kUpdates + "a", "junk", headers)); };
  EXPECT_EQ(put("X-Forwarded-For: 192.0.2.1\r\n"), 400);
  EXPECT_EQ(put("X-Forwarded-For: 192.0.2.1\r\n"), 429);
  EXPECT_EQ(put("X-Forwarded-For: 192.0.2.2\r\n"), 400);
  // The first line is the client's own, the second that of a proxy which adds lines.
  EXPECT_EQ(put("X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 192.0.2.2\r\n"), 429);
}

// Somebody else who has the storage's database open.
class ServerWithoutDiskTest : public ServerTest {
 protected:
  void Execute(const char* sql) {
    const auto status = other_.Execute(sql);
    ASSERT_TRUE(status.ok()) << ToString(status.error());
  }

  const std::string update_ = SampleUpdateBytes(SampleTask(2), 1);
  Database other_ = std::move(Database::Open(folder_.path() / "s.sqlite")).value();
};

TEST_F(ServerWithoutDiskTest, AsksForTheSameUpdateAgainWhenACommitFails) {
  Execute("CREATE TRIGGER full BEFORE INSERT ON contribution BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  const std::string failed = Put(kUpdates + "a", update_);
  EXPECT_EQ(StatusOf(failed), 503);
  EXPECT_TRUE(IsProblem(failed, "UNAVAILABLE"));
  EXPECT_FALSE(HeaderOf(failed, "Retry-After").empty());
  Execute("DROP TRIGGER full");
  EXPECT_EQ(StatusOf(Put(kUpdates + "a", update_)), 201);
}

TEST_F(ServerWithoutDiskTest, AsksForTheSameUpdateAgainWhenACommitTakesTooLong) {
  Restart({.request_seconds = 0.2});
  Execute("BEGIN IMMEDIATE");
  const std::string slow = Put(kUpdates + "a", update_);
  EXPECT_EQ(StatusOf(slow), 503);
  EXPECT_FALSE(HeaderOf(slow, "Retry-After").empty());
  Execute("ROLLBACK");
  Restart({});
  // It was accepted, so it was stored in the end.
  EXPECT_EQ(StatusOf(Put(kUpdates + "a", update_)), 200);
}

TEST_F(ServerWithoutDiskTest, TakesNoMoreUpdatesThanMayWaitForTheDisk) {
  Config config = SmallConfig(folder_);
  config.storage.queue = 1;
  Start(config);
  Execute("BEGIN IMMEDIATE");
  // One with the storage thread, one in the queue.
  std::vector<std::unique_ptr<Loopback>> senders;
  for (int i = 0; i < 4; ++i) {
    senders.push_back(std::make_unique<Loopback>(server_->port()));
    senders.back()->Send("PUT " + kUpdates +
                         "a HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: " +
                         std::to_string(update_.size()) + "\r\n\r\n" + update_);
  }
  while (Metric("sotto_updates_total{result=\"busy\"}") < 2) std::this_thread::yield();
  Execute("ROLLBACK");
  std::multiset<int> statuses;
  for (const auto& sender : senders) statuses.insert(StatusOf(sender->Response()));
  EXPECT_EQ(statuses.count(201), 1u);
  EXPECT_GE(statuses.count(503), 2u);
}

TEST_F(ServerTest, CountsWhatItRefusesByReason) {
  Restart({.header_seconds = 0.2, .connections_per_address = 3});
  const auto metric = [&](const std::string& series) {
    const std::string metrics = Get("/metrics");  // nothing while there are too many connections
    const size_t line = metrics.find("\n" + series + " ");
    return line == std::string::npos ? 0 : std::stod(metrics.substr(line + series.size() + 2));
  };
  {
    Loopback slow(server_->port());
    slow.Send("GET /");
    EXPECT_TRUE(slow.IsCut());
    Loopback idle(server_->port());
    idle.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(StatusOf(idle.Response()), 200);
  }
  while (metric("sotto_http_connections_refused_total{reason=\"slow\"}") < 1) std::this_thread::yield();
  {
    std::vector<std::unique_ptr<Loopback>> some;
    for (int i = 0; i < 3; ++i) {
      some.push_back(std::make_unique<Loopback>(server_->port()));
      some.back()->Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
      EXPECT_EQ(StatusOf(some.back()->Response()), 200);
    }
    Loopback one_more(server_->port());
    EXPECT_TRUE(one_more.IsCut());
  }
  while (metric("sotto_http_connections_refused_total{reason=\"address_limit\"}") < 1) std::this_thread::yield();
  EXPECT_EQ(metric("sotto_http_connections_refused_total{reason=\"slow\"}"), 1);
  const std::string mask(4, '\0');
  for (const std::string& frame : {"\x82\x81" + mask + "a", "\x81\x81" + mask + "a"}) {
    Loopback viewer(server_->port());
    viewer.Send(kUpgrade);
    ASSERT_EQ(StatusOf(viewer.Response()), 101);
    viewer.Send(frame);
    viewer.EndSending();
    viewer.Rest();
  }
  EXPECT_EQ(metric("sotto_comments_refused_total{reason=\"not_text\",stream=\"tea-house\"}"), 1);
  EXPECT_EQ(metric("sotto_comments_refused_total{reason=\"malformed\",stream=\"tea-house\"}"), 1);
}

TEST_F(ServerTest, CutsThoseWhoSendNoHeader) {
  Restart({.header_seconds = 0.2});
  Loopback silent(server_->port());
  EXPECT_TRUE(silent.IsCut());

  Loopback half_a_header(server_->port());
  half_a_header.Send("GET /healthz HTTP/1.1\r\nX: ");
  EXPECT_TRUE(half_a_header.IsCut());
}

TEST_F(ServerTest, CutsThoseWhoSendHalfABody) {
  Restart({.request_seconds = 0.2});
  Loopback connection(server_->port());
  connection.Send("PUT " + kUpdates +
                  "a HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
                  "Content-Length: 30\r\n\r\nSOLU");
  EXPECT_TRUE(connection.IsCut());
}

TEST_F(ServerTest, CutsThoseWhoAskNothingMore) {
  Restart({.idle_seconds = 0.2});
  Loopback connection(server_->port());
  connection.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(StatusOf(connection.Response()), 200);
  EXPECT_TRUE(connection.IsCut());
}

TEST_F(ServerTest, CutsASenderWhoKeepsTheHeaderAliveByDrops) {
  Restart({.header_seconds = 0.2});
  Loopback connection(server_->port());
  connection.Send("GET /healthz HTTP/1.1\r\n");
  // Otherwise until the header is too large, which is answered.
  while (connection.Send("X: a\r\n")) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(connection.Rest(), "");
}

TEST_F(ServerTest, ClosesConnectionsBeyondItsLimits) {
  for (const Limits& limits : {Limits{.connections = 2}, Limits{.connections_per_address = 2}}) {
    Restart(limits);
    Loopback first(server_->port());
    Loopback second(server_->port());
    for (Loopback* connection : {&first, &second}) {
      connection->Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
      EXPECT_EQ(StatusOf(connection->Response()), 200);
    }
    Loopback third(server_->port());
    EXPECT_TRUE(third.IsCut());
  }
}

TEST_F(ServerTest, WantsAWebSocketWhereThereIsOne) {
  const std::string response = Get("/v1/streams/tea-house/comments");
  EXPECT_EQ(StatusOf(response), 426);
  EXPECT_EQ(HeaderOf(response, "Upgrade"), "websocket");
  EXPECT_EQ(StatusOf(Get("/v1/streams/nothing/comments",
                         "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")),
            404);
}

TEST_F(ServerTest, StopsWhileConnectionsAreOpenAndFinishesWhatTheyAsked) {
  Loopback idle(server_->port());
  idle.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(StatusOf(idle.Response()), 200);
  // Half a request in the same packet as a whole one: once that is answered, the half has arrived.
  Loopback busy(server_->port());
  busy.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /readyz HTTP/1.1\r\nHost: x");
  EXPECT_EQ(StatusOf(busy.Response()), 200);
  server_->Stop();
  EXPECT_TRUE(idle.IsCut());
  busy.Send("\r\n\r\n");
  const std::string response = busy.Rest();
  EXPECT_TRUE(IsProblem(response, "UNAVAILABLE"));
  EXPECT_EQ(HeaderOf(response, "Connection"), "close");
  thread_.join();
  EXPECT_FALSE(Loopback(server_->port()).connected());
}

TEST_F(ServerTest, CutsWhatIsNotFinishedInTimeWhenItStops) {
  // So patient that nothing but the end of the drain can cut them.
  Restart({.header_seconds = 86'400, .request_seconds = 86'400, .drain_seconds = 0.2, .viewer_idle_seconds = 86'400});
  Loopback half_a_body(server_->port());
  half_a_body.Send("PUT " + kUpdates +
                   "a HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
                   "Expect: 100-continue\r\nContent-Length: 30\r\n\r\nSOLU");
  EXPECT_EQ(StatusOf(half_a_body.Response()), 100);
  Loopback stalled_viewer(server_->port());
  stalled_viewer.Send(
      "GET /v1/streams/tea-house/comments HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_EQ(StatusOf(stalled_viewer.Response()), 101);
  StopServer();
  server_.reset();
  EXPECT_TRUE(half_a_body.IsCut());
  stalled_viewer.Rest();  // the close frame that it never answered
  EXPECT_TRUE(stalled_viewer.IsCut());
}

// Whatever bytes arrive, the server answers with HTTP or closes, and serves the next.
TEST_F(ServerTest, SurvivesArbitraryBytes) {
  ChaCha20Source random(7);
  const std::string words[] = {"GET ",
                               "PUT ",
                               "/healthz",
                               "/v1/tasks/affinity-1/updates/a",
                               " HTTP/1.1",
                               "\r\n",
                               "\n",
                               "Host: x",
                               "Content-Length: ",
                               "99999999999999999999",
                               "5",
                               "Transfer-Encoding: chunked",
                               "Connection: upgrade, close",
                               "Upgrade: websocket",
                               "Expect: 100-continue",
                               ":",
                               " ",
                               std::string(1, '\0'),
                               "\xff\xfe",
                               std::string(5'000, 'a')};
  for (int round = 0; round < 150; ++round) {
    std::string bytes;
    const uint64_t pieces = random.Below(12).value();
    for (uint64_t i = 0; i < pieces; ++i) bytes += words[random.Below(std::size(words)).value()];
    Loopback connection(server_->port());
    ASSERT_TRUE(connection.connected());
    connection.Send(bytes);
    connection.EndSending();
    const std::string response = connection.Rest();
    ASSERT_TRUE(response.empty() || response.starts_with("HTTP/1.")) << bytes;
  }
  EXPECT_EQ(StatusOf(Get("/healthz")), 200);
}

TEST(Server, RefusesAPortThatIsInUse) {
  const TemporaryFolder folder;
  const auto first = Server::Create(SmallConfig(folder));
  ASSERT_TRUE(first.ok());
  const TemporaryFolder other;
  Config config = SmallConfig(other);
  config.server.port = first.value()->port();
  const auto second = Server::Create(config);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
}

TEST(Server, RefusesAStorageThatAnotherHasOpenUntilThatOneEnds) {
  const TemporaryFolder folder;
  auto first = Server::Create(SmallConfig(folder));
  ASSERT_TRUE(first.ok());
  const auto second = Server::Create(SmallConfig(folder));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(second.error().message.find("s.sqlite.lock is locked by another process"), std::string::npos);
  first.value().reset();
  EXPECT_TRUE(Server::Create(SmallConfig(folder)).ok());
}

TEST(Server, ChecksAConfigurationWithoutTouchingStorageOrPort) {
  const TemporaryFolder folder;
  Config config = SmallConfig(folder);
  EXPECT_TRUE(Server::Check(config).ok());
  EXPECT_FALSE(std::filesystem::exists(config.storage.path));
  config.models[0].path = folder.path() / "none.bin";
  EXPECT_EQ(Server::Check(config).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace sotto::server
