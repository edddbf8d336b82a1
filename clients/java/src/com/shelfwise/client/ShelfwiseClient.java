package com.shelfwise.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.shelfwise.v1.DecideRequest;
import com.shelfwise.v1.DecideResponse;
import com.shelfwise.v1.DecisionServiceGrpc;
import io.grpc.ChannelCredentials;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Asks a Shelfwise server for decisions. Keeps one connection and is safe to share between threads. */
public final class ShelfwiseClient implements AutoCloseable {
    /** Room for the details of an error; 8 KiB, which is usual, hold some fifty violations. */
    private static final int METADATA_BYTES = 1 << 20;

    private final String address;
    private final Duration timeout;
    private final RetryPolicy policy;
    private final ManagedChannel channel;
    private final DecisionServiceGrpc.DecisionServiceBlockingStub stub;
    private double budget;

    private ShelfwiseClient(Options options, ChannelCredentials credentials) {
        address = options.address;
        timeout = options.timeout;
        policy = options.retry;
        budget = policy.budget();
        channel = Grpc.newChannelBuilder(address, credentials)
                .maxInboundMessageSize(options.maximumMessageMb << 20)
                .maxInboundMetadataSize(METADATA_BYTES)
                .keepAliveTime(30, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS)
                .disableRetry()
                .disableServiceConfigLookUp()
                .build();
        Metadata metadata = new Metadata();
        metadata.put(key("shelfwise-metadata-bytes"), Integer.toString(METADATA_BYTES));
        if (options.token != null) {
            metadata.put(key("authorization"), "Bearer " + options.token);
        }
        stub = DecisionServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    /** Starts to say how to reach the server at {@code HOST:PORT}; without more, without TLS and without time limit. */
    public static Options to(String address) {
        return new Options(address);
    }

    /** Ends the connection; calls under way fail. */
    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** Returns the decision for a request within the client's own timeout; see the other {@code decide}. */
    public DecideResponse decide(DecideRequest request) {
        return decide(request, timeout);
    }

    /**
     * Returns the decision for a request. A request without an id gets one, so that the server answers a repeated
     * attempt from memory.
     *
     * @param timeout time for the call with its retries; null leaves it to the server's own limits
     * @throws ShelfwiseException where there is no decision
     */
    public DecideResponse decide(DecideRequest request, Duration timeout) {
        DecideRequest named = request.getRequestId().isEmpty()
                ? request.toBuilder().setRequestId(UUID.randomUUID().toString()).build()
                : request;
        Deadline deadline = timeout == null ? null : Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS);
        for (int attempt = 1; ; attempt++) {
            try {
                DecideResponse response = stub.withDeadline(deadline).decide(named);
                earn();
                return response;
            } catch (StatusRuntimeException cause) {
                ShelfwiseException failure = failure(cause, named);
                if (!worthAnother(failure, attempt) || !sleep(policy.wait(attempt, failure.retryAfter), deadline)) {
                    throw failure;
                }
                channel.resetConnectBackoff(); // so that the next attempt is one to connect
            }
        }
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    private synchronized void earn() {
        budget = Math.min(policy.budget(), budget + policy.earned());
    }

    /** Says whether to try again, and takes that retry out of the budget. */
    private synchronized boolean worthAnother(ShelfwiseException failure, int attempt) {
        boolean busy = failure.code == Status.Code.RESOURCE_EXHAUSTED && failure.retryAfter != null;
        if (failure.code != Status.Code.UNAVAILABLE && !busy || attempt >= policy.attempts() || budget < 1) {
            return false;
        }
        budget--;
        return true;
    }

    /** Waits, or returns false at once where the call has no time left for it. */
    private static boolean sleep(Duration wait, Deadline deadline) {
        if (deadline != null && deadline.timeRemaining(TimeUnit.NANOSECONDS) <= wait.toNanos()) {
            return false;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(wait.toNanos());
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private ShelfwiseException failure(StatusRuntimeException cause, DecideRequest request) {
        com.google.rpc.Status details = StatusProto.fromThrowable(cause);
        String reason = detail(details, ErrorInfo.class).map(ErrorInfo::getReason).orElse("");
        List<Violation> violations = detail(details, BadRequest.class).stream()
                .flatMap(bad -> bad.getFieldViolationsList().stream())
                .map(each -> new Violation(each.getField(), each.getDescription()))
                .toList();
        Duration retryAfter = detail(details, RetryInfo.class)
                .map(RetryInfo::getRetryDelay)
                .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()))
                .orElse(null);
        String message = violations.isEmpty()
                ? message(cause.getStatus(), reason, request)
                : violations.stream().map(Violation::toString).collect(Collectors.joining("\n"));
        return new ShelfwiseException(reason(cause.getStatus(), reason), message, violations, retryAfter, cause);
    }

    private static <T extends Message> Optional<T> detail(com.google.rpc.Status details, Class<T> kind) {
        for (Any packed : details.getDetailsList()) {
            if (packed.is(kind)) {
                try {
                    return Optional.of(packed.unpack(kind));
                } catch (InvalidProtocolBufferException broken) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the reason for a failure, of which the server says {@code told}, or nothing. */
    private static String reason(Status status, String told) {
        if (told.equals("REQUEST_ID_REUSED")) {
            return "INVALID_REQUEST";
        }
        return switch (status.getCode()) {
            case UNAVAILABLE -> "SERVER_UNAVAILABLE";
            case RESOURCE_EXHAUSTED -> told.isEmpty() && isTooLarge(status) ? "MESSAGE_TOO_LARGE" : "SERVER_UNAVAILABLE";
            case DEADLINE_EXCEEDED -> "DEADLINE_EXCEEDED";
            default -> told.isEmpty() ? "INTERNAL" : told;
        };
    }

    private String message(Status status, String told, DecideRequest request) {
        String text = text(status);
        if (!told.isEmpty()) {
            return text;
        }
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> "the server did not answer within the time of the call";
            case RESOURCE_EXHAUSTED -> isTooLarge(status) ? tooLarge(text, request) : text;
            case UNAVAILABLE -> "no answer from %s; see that a server runs there, and that both sides speak TLS or neither (%s)"
                    .formatted(address, text);
            default -> status.getCode() + ": " + text;
        };
    }

    private static boolean isTooLarge(Status status) {
        String text = text(status);
        return text.contains("larger than max") || text.contains("exceeds maximum size");
    }

    /** Returns what lies at the bottom of a failure: what the status itself says is often "io exception". */
    private static String text(Status status) {
        Throwable root = status.getCause();
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root == null ? status.getDescription() : root);
    }

    private static String tooLarge(String text, DecideRequest request) {
        return text.startsWith("SERVER")
                ? "the request of %.1f MiB is larger than the server takes; split it, or raise its limit (%s)"
                        .formatted(request.getSerializedSize() / (double) (1 << 20), text)
                : "the answer is larger than this client takes; raise maximumMessageMb (%s)".formatted(text);
    }

    /** How to reach the server and how long to try. */
    public static final class Options {
        private final String address;
        private boolean tls;
        private Path tlsCertificate;
        private String token;
        private Duration timeout;
        private int maximumMessageMb = 256;
        private RetryPolicy retry = RetryPolicy.standard();

        private Options(String address) {
            this.address = address;
        }

        /** Speaks TLS and trusts the certificates that this machine trusts. */
        public Options tls() {
            tls = true;
            return this;
        }

        /** Speaks TLS and knows the server by the certificate (PEM) in a file. */
        public Options tlsCertificate(Path file) {
            tlsCertificate = file;
            return tls();
        }

        /** Sends {@code authorization: Bearer}, for a proxy that asks for it; needs TLS. */
        public Options token(String token) {
            this.token = token;
            return this;
        }

        /** Limits the time for each call with its retries; null leaves it to the server's own limits. */
        public Options timeout(Duration timeout) {
            this.timeout = timeout;
            return this;
        }

        /** Sets the largest answer in MiB, 256 without. */
        public Options maximumMessageMb(int maximumMessageMb) {
            this.maximumMessageMb = maximumMessageMb;
            return this;
        }

        /** Says when and how often a call is tried again. */
        public Options retry(RetryPolicy retry) {
            this.retry = retry;
            return this;
        }

        /**
         * Returns a client; the connection is made by its first call.
         *
         * @throws IOException where the certificate cannot be read
         * @throws IllegalArgumentException where a token is to be sent without TLS
         */
        public ShelfwiseClient connect() throws IOException {
            if (token != null && !tls) {
                throw new IllegalArgumentException("a token is sent over TLS only: ask for TLS too");
            }
            if (!tls) {
                return new ShelfwiseClient(this, InsecureChannelCredentials.create());
            }
            TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
            if (tlsCertificate != null) {
                credentials.trustManager(tlsCertificate.toFile());
            }
            return new ShelfwiseClient(this, credentials.build());
        }
    }

    /**
     * Waits grow from the first by a factor up to the longest; each is cut by up to half at random.
     *
     * @param attempts attempts for one call, the first included; 1 never tries again
     * @param budget retries that the client may have spent ahead of its successes
     * @param earned share of a retry that a successful call earns back
     */
    public record RetryPolicy(
            int attempts, Duration firstWait, double factor, Duration longestWait, double budget, double earned) {
        /** Returns the policy that holds where none is given. */
        public static RetryPolicy standard() {
            return new RetryPolicy(4, Duration.ofMillis(100), 2, Duration.ofSeconds(5), 10, 0.1);
        }

        private Duration wait(int attempt, Duration atLeast) {
            double grown = Math.min(firstWait.toNanos() * Math.pow(factor, attempt - 1), longestWait.toNanos());
            Duration wait = Duration.ofNanos((long) (grown * ThreadLocalRandom.current().nextDouble(0.5, 1)));
            return atLeast != null && atLeast.compareTo(wait) > 0 ? atLeast : wait;
        }
    }

    /** One thing wrong with a request: where it stands, as a field path, and what would be right. */
    public record Violation(String field, String description) implements Serializable {
        @Override
        public String toString() {
            return field + ": " + description;
        }
    }

    /** The one exception of a call that failed; its cause is the failure of the gRPC call. */
    public static final class ShelfwiseException extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final String reason;
        private final Status.Code code;
        private final List<Violation> violations;
        private final Duration retryAfter;

        private ShelfwiseException(
                String reason, String message, List<Violation> violations, Duration retryAfter, StatusRuntimeException cause) {
            super(message, cause);
            this.reason = reason;
            this.code = cause.getStatus().getCode();
            this.violations = violations;
            this.retryAfter = retryAfter;
        }

        /** Returns a stable code in capitals, such as INVALID_REQUEST or SERVER_UNAVAILABLE. */
        public String reason() {
            return reason;
        }

        /** Returns the gRPC code. */
        public Status.Code code() {
            return code;
        }

        /** Returns everything that is wrong with the request. */
        public List<Violation> violations() {
            return violations;
        }

        /** Returns how long the server asks to wait, if it does. */
        public Optional<Duration> retryAfter() {
            return Optional.ofNullable(retryAfter);
        }
    }
}
