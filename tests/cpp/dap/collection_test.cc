#include "sotto/dap/collection.h"

#include "dap/checks.h"

namespace sotto::dap {
namespace {

// The draft's example of an aggregate share: queried [1659540, 1659640), collected [1659544, 1659554).
constexpr Interval kQueried{1659540, 100};
constexpr Interval kCollected{1659544, 10};

TEST(DapInterval, IsEncodedAsTheDraftSays) {
  // The draft's example of times: [123456789, 123456800).
  ExpectMessage(Interval{123456789, 11},
                Hex("00000000075bcd15"    // start
                    "000000000000000b"),  // duration
                EncodeInterval, DecodeInterval);
}

TEST(DapInterval, IsHalfOpen) {
  const Interval interval{100, 10};
  EXPECT_FALSE(interval.Contains(99));
  EXPECT_TRUE(interval.Contains(100));
  EXPECT_TRUE(interval.Contains(109));
  EXPECT_FALSE(interval.Contains(110));
  EXPECT_FALSE((Interval{100, 0}).Contains(100));
}

TEST(DapInterval, ContainsAnIntervalThatNeitherStartsBeforeNorEndsAfterIt) {
  EXPECT_TRUE(kQueried.Contains(kCollected));
  EXPECT_TRUE(kQueried.Contains(kQueried));
  EXPECT_FALSE(kCollected.Contains(kQueried));
  EXPECT_FALSE(kQueried.Contains(Interval{1659539, 2}));
  EXPECT_TRUE(kQueried.Contains(Interval{1659639, 1}));
  EXPECT_FALSE(kQueried.Contains(Interval{1659639, 2}));
}

TEST(DapInterval, WhoseEndNoIntegerHoldsContainsNothing) {
  constexpr uint64_t kMax = ~uint64_t{0};
  EXPECT_TRUE((Interval{1, kMax - 1}).Contains(kMax - 1));
  EXPECT_FALSE((Interval{2, kMax - 1}).Contains(2));
  EXPECT_FALSE((Interval{kMax, 1}).Contains(kMax));
  EXPECT_FALSE((Interval{0, kMax}).Contains(Interval{2, kMax}));
}

TEST(DapBatchId, IsItsBytes) {
  ExpectMessage(Filled<32>(0x1f), Bytes(32, 0x1f), EncodeBatchId, DecodeBatchId);
}

TEST(DapCollectionJobReq, OfTheLeaderSelectedModeHasAnEmptyQuery) {
  const CollectionJobReq request{
      .query = {BatchMode::kLeaderSelected, {}}, .agg_param = {0x00, 0x01}, .extensions = {{0xfffe, {0x07}}}};
  const Bytes bytes =
      Hex("02"        // query.batch_mode: leader_selected
          "0000"      // query.config: 0 bytes
          "00000002"  // agg_param: 2 bytes
          "0001"      //
          "0005"      // extensions: 5 bytes
          "fffe"      // [0].extension_type
          "0001"      // [0].extension_data: 1 byte
          "07");
  ExpectMessage(request, bytes, EncodeCollectionJobReq, DecodeCollectionJobReq);
  ExpectOneEncoding(bytes, EncodeCollectionJobReq, DecodeCollectionJobReq);
}

TEST(DapCollectionJobReq, OfTheTimeIntervalModeHasAnInterval) {
  // The draft's second example of a collection.
  const CollectionJobReq request{
      .query = {BatchMode::kTimeInterval, EncodeInterval({16595440, 1})}, .agg_param = {}, .extensions = {}};
  const Bytes bytes =
      Hex("01"                // query.batch_mode: time_interval
          "0010"              // query.config: 16 bytes
          "0000000000fd39f0"  // query.config.batch_interval.start: 16,595,440
          "0000000000000001"  // query.config.batch_interval.duration
          "00000000"          // agg_param: 0 bytes
          "0000");            // extensions: 0 bytes
  ExpectMessage(request, bytes, EncodeCollectionJobReq, DecodeCollectionJobReq);
}

TEST(DapCollectionJobReq, RefusesABatchModeThatTheDraftDoesNotHave) {
  for (const char* mode : {"00", "03", "ff"}) {
    ExpectRefused(DecodeCollectionJobReq(Hex(std::string(mode) + "0000 00000000 0000")), ErrorCode::kMalformed,
                  "Query.batch_mode");
  }
}

TEST(DapCollectionJobReq, RefusesToEncodeAConfigAbove65535Bytes) {
  CollectionJobReq request{.query = {BatchMode::kLeaderSelected, Bytes(65'535)}, .agg_param = {}, .extensions = {}};
  EXPECT_TRUE(EncodeCollectionJobReq(request).ok());
  request.query.config.push_back(0);
  ExpectRefused(EncodeCollectionJobReq(request), ErrorCode::kInvalidArgument, "Query.config");
}

TEST(DapCollectionJobResp, IsEncodedAsTheDraftSays) {
  const CollectionJobResp response{.report_count = 4000,
                                   .interval = {1659547, 10},
                                   .leader_encrypted_agg_share = {10, BytesOf("01234"), BytesOf("567")},
                                   .helper_encrypted_agg_share = {12, BytesOf("0"), BytesOf("56")}};
  const Bytes bytes =
      Hex("0000000000000fa0"  // report_count
          "000000000019529b"  // interval.start: 1,659,547
          "000000000000000a"  // interval.duration
          "0a"                // leader_encrypted_agg_share.config_id
          "0005"              // leader_encrypted_agg_share.enc: 5 bytes
          "3031323334"        //
          "00000003"          // leader_encrypted_agg_share.payload: 3 bytes
          "353637"            //
          "0c"                // helper_encrypted_agg_share.config_id
          "0001"              // helper_encrypted_agg_share.enc: 1 byte
          "30"                //
          "00000002"          // helper_encrypted_agg_share.payload: 2 bytes
          "3536");
  ExpectMessage(response, bytes, EncodeCollectionJobResp, DecodeCollectionJobResp);
  ExpectOneEncoding(bytes, EncodeCollectionJobResp, DecodeCollectionJobResp);
}

AggregateShareReq ExampleShareReq() {
  AggregateShareReq request{
      .collection_job_req = {.query = {BatchMode::kTimeInterval, EncodeInterval(kQueried)},
                             .agg_param = {0x00, 0x01},
                             .extensions = {}},
      .batch_selector = {BatchMode::kTimeInterval, EncodeInterval(kCollected)},
      .report_count = 1000,
  };
  for (size_t i = 0; i < request.checksum.size(); ++i) request.checksum[i] = static_cast<uint8_t>(i);
  return request;
}

TEST(DapAggregateShareReq, OfTheDraftsExampleIsEncodedAsTheDraftSays) {
  const Bytes bytes =
      Hex("01"                // collection_job_req.query.batch_mode: time_interval
          "0010"              // collection_job_req.query.config: 16 bytes
          "0000000000195294"  // collection_job_req.query.config.batch_interval.start: 1,659,540
          "0000000000000064"  // collection_job_req.query.config.batch_interval.duration: 100
          "00000002"          // collection_job_req.agg_param: 2 bytes
          "0001"              //
          "0000"              // collection_job_req.extensions: 0 bytes
          "01"                // batch_selector.batch_mode: time_interval
          "0010"              // batch_selector.config: 16 bytes
          "0000000000195298"  // batch_selector.config.batch_interval.start: 1,659,544
          "000000000000000a"  // batch_selector.config.batch_interval.duration: 10
          "00000000000003e8"  // report_count: 1,000
          "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");  // checksum
  ExpectMessage(ExampleShareReq(), bytes, EncodeAggregateShareReq, DecodeAggregateShareReq);
  ExpectOneEncoding(bytes, EncodeAggregateShareReq, DecodeAggregateShareReq);
}

TEST(DapAggregateShareReq, OfTheLeaderSelectedModeHasABatchId) {
  AggregateShareReq request{
      .collection_job_req = {.query = {BatchMode::kLeaderSelected, {}}, .agg_param = {}, .extensions = {}},
      .batch_selector = {BatchMode::kLeaderSelected, EncodeBatchId(Filled<32>(0x0c))},
      .report_count = 1,
      .checksum = Filled<32>(0xcc)};
  const Bytes bytes =
      Hex("02 0000"   // collection_job_req.query
          "00000000"  // collection_job_req.agg_param: 0 bytes
          "0000"      // collection_job_req.extensions: 0 bytes
          "02"        // batch_selector.batch_mode: leader_selected
          "0020"      // batch_selector.config: 32 bytes
          "0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c"
          "0000000000000001"                                                    // report_count
          "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc");  // checksum
  ExpectMessage(request, bytes, EncodeAggregateShareReq, DecodeAggregateShareReq);
}

TEST(DapAggregateShareReq, RefusesASelectorsBatchModeThatTheDraftDoesNotHave) {
  auto bytes = EncodeAggregateShareReq(ExampleShareReq());
  ASSERT_TRUE(bytes.ok());
  const size_t selector = 1 + 2 + 16 + 4 + 2 + 2;
  ASSERT_EQ(bytes.value()[selector], 1);
  bytes.value()[selector] = 0;
  ExpectRefused(DecodeAggregateShareReq(bytes.value()), ErrorCode::kMalformed, "BatchSelector.batch_mode");
}

TEST(DapAggregateShare, IsOneCiphertext) {
  const Bytes bytes =
      Hex("0a"          // encrypted_aggregate_share.config_id
          "0005"        // encrypted_aggregate_share.enc: 5 bytes
          "3031323334"  //
          "00000003"    // encrypted_aggregate_share.payload: 3 bytes
          "353637");
  ExpectMessage(HpkeCiphertext{10, BytesOf("01234"), BytesOf("567")}, bytes, EncodeAggregateShare,
                DecodeAggregateShare);
  ExpectOneEncoding(bytes, EncodeAggregateShare, DecodeAggregateShare);
}

TEST(DapAggregateShare, RefusesAnEmptyKeyOrPayload) {
  ExpectRefused(DecodeAggregateShare(Hex("0a 0000 00000001 00")), ErrorCode::kMalformed, "HpkeCiphertext.enc");
  ExpectRefused(DecodeAggregateShare(Hex("0a 0001 00 00000000")), ErrorCode::kMalformed, "HpkeCiphertext.payload");
}

rc::Gen<CollectionJobReq> AnyRequest() {
  const auto any_query = rc::gen::build<Query>(rc::gen::set(&Query::batch_mode, AnyBatchMode()),
                                               rc::gen::set(&Query::config, AnyBytes(0, 40)));
  return rc::gen::build<CollectionJobReq>(rc::gen::set(&CollectionJobReq::query, any_query),
                                          rc::gen::set(&CollectionJobReq::agg_param, AnyBytes(0, 40)),
                                          rc::gen::set(&CollectionJobReq::extensions, AnyExtensions()));
}

RC_GTEST_PROP(DapCollectionJobReq, RoundTrips, ()) {
  CheckRoundTrip(*AnyRequest(), EncodeCollectionJobReq, DecodeCollectionJobReq);
}

RC_GTEST_PROP(DapCollectionJobResp, RoundTrips, ()) {
  CheckRoundTrip(
      *rc::gen::build<CollectionJobResp>(rc::gen::set(&CollectionJobResp::report_count),
                                         rc::gen::set(&CollectionJobResp::interval, AnyInterval()),
                                         rc::gen::set(&CollectionJobResp::leader_encrypted_agg_share, AnyCiphertext()),
                                         rc::gen::set(&CollectionJobResp::helper_encrypted_agg_share, AnyCiphertext())),
      EncodeCollectionJobResp, DecodeCollectionJobResp);
}

RC_GTEST_PROP(DapAggregateShareReq, RoundTrips, ()) {
  const auto any_selector = rc::gen::build<BatchSelector>(rc::gen::set(&BatchSelector::batch_mode, AnyBatchMode()),
                                                          rc::gen::set(&BatchSelector::config, AnyBytes(0, 40)));
  CheckRoundTrip(*rc::gen::build<AggregateShareReq>(rc::gen::set(&AggregateShareReq::collection_job_req, AnyRequest()),
                                                    rc::gen::set(&AggregateShareReq::batch_selector, any_selector),
                                                    rc::gen::set(&AggregateShareReq::report_count),
                                                    rc::gen::set(&AggregateShareReq::checksum, AnyId<32>())),
                 EncodeAggregateShareReq, DecodeAggregateShareReq);
}

RC_GTEST_PROP(DapAggregateShare, RoundTrips, ()) {
  CheckRoundTrip(*AnyCiphertext(), EncodeAggregateShare, DecodeAggregateShare);
}

RC_GTEST_PROP(DapInterval, RoundTrips, ()) {
  CheckRoundTrip(*AnyInterval(), EncodeInterval, DecodeInterval);
}

RC_GTEST_PROP(DapInterval, ContainsWhatBothItsEndsSay, ()) {
  const Interval interval{*rc::gen::inRange<uint64_t>(0, 50), *rc::gen::inRange<uint64_t>(0, 50)};
  const uint64_t time = *rc::gen::inRange<uint64_t>(0, 110);
  RC_ASSERT(interval.Contains(time) == (time >= interval.start && time < interval.start + interval.duration));
  RC_ASSERT(interval.Contains(time) == interval.Contains(Interval{time, 1}));
}

}  // namespace
}  // namespace sotto::dap
