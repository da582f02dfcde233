// The crate `prio` on the other side: it checks our vectors, makes some for us to check, and says how long it takes.
//
//   sotto-vdaf-peer check FILE...     every file as the crate's own test harness checks the draft's
//   sotto-vdaf-peer make FOLDER       vectors of its own reports, from the system's randomness
//   sotto-vdaf-peer bench             {"name":...,"ms":...} a line, the best of several runs
use prio::codec::Encode;
use prio::field::FieldElementWithInteger;
use prio::vdaf::prio3::{
    Prio3, Prio3Count, Prio3Histogram, Prio3MultihotCountVec, Prio3Sum, Prio3SumVec,
};
use prio::vdaf::test_utils::{check_test_vector, TestVector};
use prio::vdaf::{Aggregator, Client, Collector, VerifyTransition};
use serde_json::{json, Value};
use std::time::Instant;

fn check(path: &str) {
    let name = std::path::Path::new(path).file_name().unwrap().to_str().unwrap();
    let vector: TestVector = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    match name.split('_').next().unwrap() {
        "Prio3Count" => check_test_vector::<Prio3Count, 32, 16>(&vector),
        "Prio3Sum" => check_test_vector::<Prio3Sum, 32, 16>(&vector),
        "Prio3SumVec" => check_test_vector::<Prio3SumVec, 32, 16>(&vector),
        "Prio3Histogram" => check_test_vector::<Prio3Histogram, 32, 16>(&vector),
        "Prio3MultihotCountVec" => check_test_vector::<Prio3MultihotCountVec, 32, 16>(&vector),
        other => panic!("there is no {other}"),
    }
}

fn encoded<T: Encode>(value: &T) -> String {
    hex::encode(value.get_encoded().unwrap())
}

/// A vector file of the given measurements without the sharding itself, whose randomness the crate keeps to itself.
fn vector<V>(vdaf: &V, measurements: &[(V::Measurement, Value)], result: impl Fn(V::AggregateResult) -> Value) -> Value
where
    V: Client<16> + Aggregator<32, 16, AggregationParam = ()> + Collector,
    V::OutputShare: Encode + Clone,
    V::AggregateShare: Encode,
{
    let (ctx, verify_key) = (b"a context of the peer", [7u8; 32]);
    let mut operations = vec![];
    let mut reports = vec![];
    let mut aggregates: Vec<Option<V::AggregateShare>> = (0..vdaf.num_aggregators()).map(|_| None).collect();
    for (index, (measurement, shown)) in measurements.iter().enumerate() {
        let nonce = [index as u8 + 1; 16];
        let (public_share, input_shares) = vdaf.shard(ctx, measurement, &nonce).unwrap();
        let (mut states, mut verifier_shares) = (vec![], vec![]);
        for (id, share) in input_shares.iter().enumerate() {
            let (state, message) =
                vdaf.verify_init(&verify_key, ctx, id, &(), &nonce, &public_share, share).unwrap();
            states.push(state);
            verifier_shares.push(message);
            operations.push(json!({"operation": "verify_init", "aggregator_id": id, "report_index": index, "success": true}));
        }
        let shown_shares: Vec<_> = verifier_shares.iter().map(encoded).collect();
        let message = vdaf.verifier_shares_to_message(ctx, &(), verifier_shares).unwrap();
        operations.push(json!({"operation": "verifier_shares_to_message", "round": 0, "report_index": index, "success": true}));
        let mut out_shares = vec![];
        for (id, state) in states.into_iter().enumerate() {
            match vdaf.verify_next(ctx, state, message.clone()).unwrap() {
                VerifyTransition::Finish(share) => {
                    out_shares.push(encoded(&share));
                    let sum = vdaf.aggregate(&(), [share]).unwrap();
                    match &mut aggregates[id] {
                        Some(all) => prio::vdaf::Aggregatable::merge(all, &sum).unwrap(),
                        none => *none = Some(sum),
                    }
                }
                _ => panic!("Prio3 has one round"),
            }
            operations.push(json!({"operation": "verify_next", "aggregator_id": id, "round": 1, "report_index": index, "success": true}));
        }
        reports.push(json!({
            "measurement": shown, "nonce": hex::encode(nonce), "rand": "", "public_share": encoded(&public_share),
            "input_shares": input_shares.iter().map(encoded).collect::<Vec<_>>(), "verifier_shares": [shown_shares],
            "verifier_messages": [encoded(&message)], "out_shares": out_shares,
        }));
    }
    for id in 0..vdaf.num_aggregators() {
        operations.push(json!({"operation": "aggregate", "aggregator_id": id, "success": true}));
    }
    operations.push(json!({"operation": "unshard", "success": true}));
    let aggregates: Vec<_> = aggregates.into_iter().map(Option::unwrap).collect();
    let shown: Vec<_> = aggregates.iter().map(encoded).collect();
    let total = vdaf.unshard(&(), aggregates, measurements.len()).unwrap();
    json!({
        "agg_param": "", "agg_result": result(total), "agg_shares": shown, "ctx": hex::encode(ctx), "operations": operations,
        "reports": reports, "shares": vdaf.num_aggregators(), "verify_key": hex::encode(verify_key),
    })
}

fn make(folder: &str) {
    let write = |name: String, mut vector: Value, parameters: Value| {
        for (key, value) in parameters.as_object().unwrap() {
            vector[key] = value.clone();
        }
        std::fs::write(format!("{folder}/{name}"), vector.to_string()).unwrap();
    };
    let numbers = |sums: Vec<u128>| json!(sums.iter().map(|x| *x as u64).collect::<Vec<_>>());
    for i in 0..8usize {
        let (length, chunk) = (1 + 13 * i, 1 + (7 * i) % 11);
        let bits: Vec<bool> = (0..length).map(|j| (i * j) % 3 == 1).collect();
        let weight = bits.iter().filter(|bit| **bit).count().max(1);
        write(
            format!("Prio3MultihotCountVec_{i}.json"),
            vector(&Prio3::new_multihot_count_vec(2, length, weight, chunk).unwrap(), &[(bits.clone(), json!(bits))], numbers),
            json!({"length": length, "max_weight": weight, "chunk_length": chunk}),
        );
        write(
            format!("Prio3Histogram_{i}.json"),
            vector(&Prio3::new_histogram(3, length, chunk).unwrap(), &[(i % length, json!(i % length)), (0, json!(0))], numbers),
            json!({"length": length, "chunk_length": chunk}),
        );
        let most = (1u128 << (i + 1)) - 1 - (i as u128 % 2);
        let values: Vec<u128> = (0..length).map(|j| (j as u128 * 5) % (most + 1)).collect();
        let shown = json!(values.iter().map(|x| *x as u64).collect::<Vec<_>>());
        write(
            format!("Prio3SumVec_{i}.json"),
            vector(&Prio3::new_sum_vec(2, most, length, chunk).unwrap(), &[(values, shown)], numbers),
            json!({"length": length, "max_measurement": most as u64, "chunk_length": chunk}),
        );
        let bound = 3 + 97 * i as u64;
        write(
            format!("Prio3Sum_{i}.json"),
            vector(&Prio3::new_sum(2, bound).unwrap(), &[(bound, json!(bound)), (2, json!(2))], |sum| json!(sum)),
            json!({"max_measurement": bound}),
        );
        write(
            format!("Prio3Count_{i}.json"),
            vector(&Prio3::new_count(2).unwrap(), &[(true, json!(1)), (i % 2 == 0, json!((i % 2 == 0) as u8))], |sum| json!(sum)),
            json!({}),
        );
    }
    let _ = prio::field::Field128::modulus(); // the field of all vectors but Count and Sum
}

fn best(name: &str, mut work: impl FnMut()) {
    let mut best = f64::INFINITY;
    for _ in 0..150 {
        let start = Instant::now();
        work();
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    println!("{}", json!({"name": name, "ms": best}));
}

fn bench_one<V>(name: &str, vdaf: &V, measurement: V::Measurement)
where
    V: Client<16> + Aggregator<32, 16, AggregationParam = ()>,
{
    let (ctx, nonce, key) = (b"bench", [1u8; 16], [2u8; 32]);
    best(&format!("shard {name}"), || {
        let (public_share, shares) = vdaf.shard(ctx, &measurement, &nonce).unwrap();
        // Ours gives bytes, so the peer encodes, too.
        std::hint::black_box((public_share.get_encoded().unwrap(), shares[0].get_encoded().unwrap()));
    });
    let (public_share, shares) = vdaf.shard(ctx, &measurement, &nonce).unwrap();
    let init = |id: usize| vdaf.verify_init(&key, ctx, id, &(), &nonce, &public_share, &shares[id]).unwrap();
    for (role, id) in [("leader", 0), ("helper", 1)] {
        let other = init(1 - id).1;
        best(&format!("verify {name} {role}"), || {
            let (state, own) = init(id);
            let both = if id == 0 { [own, other.clone()] } else { [other.clone(), own] };
            let message = vdaf.verifier_shares_to_message(ctx, &(), both).unwrap();
            std::hint::black_box(vdaf.verify_next(ctx, state, message).is_ok());
        });
    }
}

fn bench(chunks: &[usize]) {
    let mut bits = vec![false; 8256];
    for i in 0..500 {
        bits[i * 16] = true;
    }
    bench_one("multihot_8256", &Prio3::new_multihot_count_vec(2, 8256, 528, chunks[0]).unwrap(), bits);
    bench_one("sumvec_4096x4", &Prio3::new_sum_vec(2, 15, 4096, chunks[1]).unwrap(), vec![7u128; 4096]);
    bench_one("histogram_36", &Prio3::new_histogram(2, 36, chunks[2]).unwrap(), 5);
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("check") => {
            arguments[1..].iter().for_each(|path| check(path));
            println!("{} files checked by the crate prio", arguments.len() - 1);
        }
        Some("make") => make(&arguments[1]),
        // The chunk lengths to compare at; without them, those that the crate recommends.
        Some("bench") => {
            let given: Vec<usize> = arguments[1..].iter().map(|text| text.parse().unwrap()).collect();
            let own = [8266, 16384, 36].map(prio::vdaf::prio3::optimal_chunk_length);
            bench(if given.len() == 3 { &given } else { &own });
        }
        _ => panic!("check FILE... | make FOLDER | bench [CHUNKS]"),
    }
}
