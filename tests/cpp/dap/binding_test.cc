#include "sotto/dap/binding.h"

#include "dap/checks.h"

namespace sotto::dap {
namespace {

TEST(DapBinding, InfoNamesVersionPurposeAndBothRoles) {
  EXPECT_EQ(InputShareInfo(Role::kLeader), Hex("6461702d313820696e707574207368617265"  // "dap-18 input share"
                                               "01"                                    // client
                                               "02"));                                 // leader
  EXPECT_EQ(InputShareInfo(Role::kHelper), Hex("6461702d313820696e707574207368617265 01 03"));
  EXPECT_EQ(AggregateShareInfo(Role::kLeader), Hex("6461702d3138206167677265676174652073686172"
                                                   "65"     // "dap-18 aggregate share"
                                                   "02"     // leader
                                                   "00"));  // collector
  EXPECT_EQ(AggregateShareInfo(Role::kHelper), Hex("6461702d3138206167677265676174652073686172 65 03 00"));
}

TEST(DapBinding, TheContextOfTheVdafIsVersionAndTask) {
  EXPECT_EQ(VdafContext(Filled<32>(0x0c)),
            Hex("6461702d3138"  // "dap-18"
                "0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c"));
}

TEST(DapBinding, AssociatedDataOfAnInputShareIsItsStruct) {
  // The configuration is a struct in the struct: no length stands before it.
  const Bytes configuration = Hex("c0ffee");
  const auto aad = InputShareAad(Filled<32>(0x0c), configuration,
                                 {.report_id = Filled<16>(0x01), .time = 54321, .public_extensions = {{2, {0xee}}}},
                                 BytesOf("0123"));
  ASSERT_TRUE(aad.ok());
  EXPECT_EQ(ToHex(aad.value()), ToHex(Hex("0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c"
                                          "0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c"  // task_id
                                          "c0ffee"                            // task_configuration
                                          "01010101010101010101010101010101"  // report_metadata.report_id
                                          "000000000000d431"                  // report_metadata.time: 54,321
                                          "0005"                              // report_metadata.public_extensions
                                          "0002"                              // [0].extension_type
                                          "0001"                              // [0].extension_data: 1 byte
                                          "ee"                                //
                                          "00000004"                          // public_share: 4 bytes
                                          "30313233")));
}

TEST(DapBinding, AssociatedDataOfAnAggregateShareIsItsStruct) {
  const auto aad = AggregateShareAad(
      Filled<32>(0x0c), Hex("c0ffee"),
      {.query = {BatchMode::kTimeInterval, EncodeInterval({1659540, 100})}, .agg_param = {}, .extensions = {}});
  ASSERT_TRUE(aad.ok());
  EXPECT_EQ(ToHex(aad.value()), ToHex(Hex("0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c"
                                          "0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c"  // task_id
                                          "c0ffee"                            // task_configuration
                                          "01"                                // collection_job_req.query.batch_mode
                                          "0010"                              // collection_job_req.query.config
                                          "0000000000195294"                  // start: 1,659,540
                                          "0000000000000064"                  // duration: 100
                                          "00000000"                          // collection_job_req.agg_param: 0 bytes
                                          "0000")));                          // collection_job_req.extensions: 0 bytes
}

TEST(DapBinding, RefusesWhatCannotBeEncoded) {
  ExpectRefused(
      InputShareAad(Filled<32>(0), {}, {.report_id = {}, .time = 0, .public_extensions = {{1, Bytes(65'536)}}}, {}),
      ErrorCode::kInvalidArgument, "extension_data");
  ExpectRefused(
      AggregateShareAad(Filled<32>(0), {},
                        {.query = {BatchMode::kTimeInterval, Bytes(65'536)}, .agg_param = {}, .extensions = {}}),
      ErrorCode::kInvalidArgument, "Query.config");
}

}  // namespace
}  // namespace sotto::dap
