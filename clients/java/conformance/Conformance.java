import com.google.gson.Gson;
import com.google.protobuf.util.JsonFormat;
import com.shelfwise.client.ShelfwiseClient;
import com.shelfwise.client.ShelfwiseClient.RetryPolicy;
import com.shelfwise.client.ShelfwiseClient.ShelfwiseException;
import com.shelfwise.v1.DecideRequest;
import com.shelfwise.v1.DecideResponse;
import com.shelfwise.v1.DecisionServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Plays the golden cases through the client, or measures it: tests/clients/README.md has the protocol. */
final class Conformance {
    private static final Set<String> OPTIONS = Set.of(
            "--target", "--cases", "--out", "--timeout", "--attempts", "--tls-certificate", "--token",
            "--maximum-message-mb", "--latency", "--case");

    public static void main(String[] arguments) throws IOException {
        Map<String, String> told;
        ShelfwiseClient client;
        try {
            told = told(arguments);
            client = connect(told);
        } catch (IllegalArgumentException | IOException wrong) {
            System.err.println(wrong);
            System.exit(2);
            return;
        }
        try (client) {
            if (told.containsKey("--latency")) {
                latency(client, told);
            } else {
                play(client, Path.of(told.get("--cases")), Path.of(told.get("--out")));
            }
        }
    }

    private static Map<String, String> told(String[] arguments) {
        Map<String, String> told = new HashMap<>();
        for (int at = 0; at < arguments.length; at += 2) {
            if (!OPTIONS.contains(arguments[at]) || at + 1 == arguments.length) {
                throw new IllegalArgumentException("unknown, or without a value: " + arguments[at]);
            }
            told.put(arguments[at], arguments[at + 1]);
        }
        Set<String> needed = told.containsKey("--latency") ? Set.of("--target", "--case") : Set.of("--target", "--cases", "--out");
        if (!told.keySet().containsAll(needed)) {
            throw new IllegalArgumentException("needs " + needed);
        }
        return told;
    }

    private static ShelfwiseClient connect(Map<String, String> told) throws IOException {
        RetryPolicy usual = RetryPolicy.standard();
        int attempts = Integer.parseInt(told.getOrDefault("--attempts", Integer.toString(usual.attempts())));
        ShelfwiseClient.Options options = ShelfwiseClient.to(told.get("--target"))
                .token(told.get("--token"))
                .maximumMessageMb(Integer.parseInt(told.getOrDefault("--maximum-message-mb", "256")))
                .retry(new RetryPolicy(
                        attempts, usual.firstWait(), usual.factor(), usual.longestWait(), usual.budget(), usual.earned()));
        if (told.containsKey("--timeout")) {
            options.timeout(Duration.ofNanos((long) (Double.parseDouble(told.get("--timeout")) * 1e9)));
        }
        String certificate = told.get("--tls-certificate");
        if (certificate != null) {
            options = certificate.isEmpty() ? options.tls() : options.tlsCertificate(Path.of(certificate));
        }
        return options.connect();
    }

    /** Puts every case to the server, in the order of their names, and writes what comes of it. */
    private static void play(ShelfwiseClient client, Path cases, Path out) throws IOException {
        List<String> names;
        try (Stream<Path> files = Files.list(cases)) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".request.binpb"))
                    .map(file -> file.substring(0, file.length() - ".request.binpb".length()))
                    .sorted()
                    .toList();
        }
        for (String name : names) {
            try {
                DecideResponse response = client.decide(read(cases, name));
                Files.write(out.resolve(name + ".response.binpb"), response.toByteArray());
                String text = JsonFormat.printer().preservingProtoFieldNames().print(response);
                Files.writeString(out.resolve(name + ".response.json"), text);
            } catch (ShelfwiseException failure) {
                List<Map<String, String>> violations = failure.violations().stream()
                        .map(each -> Map.of("field", each.field(), "description", each.description()))
                        .toList();
                Map<String, Object> described = Map.of(
                        "reason", failure.reason(), "code", failure.code().name(),
                        "message", failure.getMessage(), "violations", violations);
                Files.writeString(out.resolve(name + ".error.json"), new Gson().toJson(described));
            }
        }
    }

    /** Returns the request of a case, which must be the same in JSON and in binary. */
    private static DecideRequest read(Path cases, String name) throws IOException {
        DecideRequest.Builder request = DecideRequest.newBuilder();
        JsonFormat.parser().merge(Files.readString(cases.resolve(name + ".request.json")), request);
        if (!request.build().equals(DecideRequest.parseFrom(Files.readAllBytes(cases.resolve(name + ".request.binpb"))))) {
            throw new IOException(name + ": the request is another one in JSON than in binary");
        }
        return request.build();
    }

    /** Prints the microseconds of calls through the generated stub and through the client, in turns. */
    private static void latency(ShelfwiseClient client, Map<String, String> told) throws IOException {
        DecideRequest request = DecideRequest.parseFrom(Files.readAllBytes(Path.of(told.get("--case")))).toBuilder()
                .clearRequestId()
                .build();
        ManagedChannel channel = Grpc.newChannelBuilder(told.get("--target"), InsecureChannelCredentials.create()).build();
        DecisionServiceGrpc.DecisionServiceBlockingStub stub = DecisionServiceGrpc.newBlockingStub(channel);
        List<Double> stubMicros = new ArrayList<>();
        List<Double> clientMicros = new ArrayList<>();
        for (int call = 0; call < Integer.parseInt(told.get("--latency")); call++) {
            stubMicros.add(micros(() -> stub.decide(request)));
            clientMicros.add(micros(() -> client.decide(request)));
        }
        channel.shutdownNow();
        System.out.println(new Gson().toJson(Map.of("stub_us", stubMicros, "client_us", clientMicros)));
    }

    private static double micros(Runnable call) {
        long started = System.nanoTime();
        call.run();
        return (System.nanoTime() - started) / 1e3;
    }
}
