#include "sotto/dap/collection.h"

#include "sotto/dap/structs.h"

namespace sotto::dap {

void WriteCollectionJobReq(Writer& out, const CollectionJobReq& request) {
  out.Enumeration(request.query.batch_mode);
  out.Opaque("Query.config", kVector16, request.query.config);
  out.Opaque("CollectionJobReq.agg_param", kVector32, request.agg_param);
  WriteExtensions(out, "CollectionJobReq.extensions", request.extensions);
}

CollectionJobReq ReadCollectionJobReq(Reader& in) {
  CollectionJobReq request;
  request.query.batch_mode = ReadBatchMode(in, "Query.batch_mode");
  request.query.config = in.Opaque("Query.config", kVector16);
  request.agg_param = in.Opaque("CollectionJobReq.agg_param", kVector32);
  request.extensions = ReadExtensions(in, "CollectionJobReq.extensions");
  return request;
}

Result<Bytes> EncodeCollectionJobReq(const CollectionJobReq& request) {
  return EncodeWhole(request, WriteCollectionJobReq);
}

Result<CollectionJobReq> DecodeCollectionJobReq(ByteSpan bytes) {
  return DecodeWhole("CollectionJobReq", bytes, ReadCollectionJobReq);
}

Result<Bytes> EncodeCollectionJobResp(const CollectionJobResp& response) {
  Writer out;
  out.U64(response.report_count);
  WriteInterval(out, response.interval);
  WriteHpkeCiphertext(out, response.leader_encrypted_agg_share);
  WriteHpkeCiphertext(out, response.helper_encrypted_agg_share);
  return out.Finish();
}

Result<CollectionJobResp> DecodeCollectionJobResp(ByteSpan bytes) {
  return DecodeWhole("CollectionJobResp", bytes, [](Reader& in) {
    CollectionJobResp response;
    response.report_count = in.U64("CollectionJobResp.report_count");
    response.interval = ReadInterval(in);
    response.leader_encrypted_agg_share = ReadHpkeCiphertext(in);
    response.helper_encrypted_agg_share = ReadHpkeCiphertext(in);
    return response;
  });
}

Result<Bytes> EncodeAggregateShareReq(const AggregateShareReq& request) {
  Writer out;
  WriteCollectionJobReq(out, request.collection_job_req);
  out.Enumeration(request.batch_selector.batch_mode);
  out.Opaque("BatchSelector.config", kVector16, request.batch_selector.config);
  out.U64(request.report_count);
  out.Fixed(request.checksum);
  return out.Finish();
}

Result<AggregateShareReq> DecodeAggregateShareReq(ByteSpan bytes) {
  return DecodeWhole("AggregateShareReq", bytes, [](Reader& in) {
    AggregateShareReq request;
    request.collection_job_req = ReadCollectionJobReq(in);
    request.batch_selector.batch_mode = ReadBatchMode(in, "BatchSelector.batch_mode");
    request.batch_selector.config = in.Opaque("BatchSelector.config", kVector16);
    request.report_count = in.U64("AggregateShareReq.report_count");
    request.checksum = in.Fixed<32>("AggregateShareReq.checksum");
    return request;
  });
}

Result<Bytes> EncodeAggregateShare(const HpkeCiphertext& encrypted_aggregate_share) {
  return EncodeWhole(encrypted_aggregate_share, WriteHpkeCiphertext);
}

Result<HpkeCiphertext> DecodeAggregateShare(ByteSpan bytes) {
  return DecodeWhole("AggregateShare", bytes, ReadHpkeCiphertext);
}

Bytes EncodeInterval(const Interval& interval) {
  Writer out;
  WriteInterval(out, interval);
  return out.Release();
}

Result<Interval> DecodeInterval(ByteSpan bytes) {
  return DecodeWhole("Interval", bytes, ReadInterval);
}

Bytes EncodeBatchId(const BatchId& batch) {
  return {batch.begin(), batch.end()};
}

Result<BatchId> DecodeBatchId(ByteSpan bytes) {
  return DecodeWhole("BatchID", bytes, [](Reader& in) { return in.Fixed<32>("BatchID"); });
}

}  // namespace sotto::dap
