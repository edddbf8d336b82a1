# frozen_string_literal: true

require "google/protobuf/well_known_types"
require "google/rpc/error_details_pb"
require "google/rpc/status_pb"
require "grpc"
require "securerandom"
require "shelfwise/v1/decision_services_pb"

# Asks a Shelfwise server for decisions: connect, decide, close.
module Shelfwise
  # One thing wrong with a request: where it stands, as a field path, and what would be right.
  Violation = Struct.new(:field, :description)

  # Waits grow from the first by +factor+ up to the longest, each cut by up to half at random; +attempts+ count the
  # first one. +budget+ is the number of retries that a client may have spent ahead of its successes, +earned+ the share
  # of one that a success earns back.
  RetryPolicy = Struct.new(:attempts, :first_wait, :factor, :longest_wait, :budget, :earned, keyword_init: true) do
    def initialize(attempts: 4, first_wait: 0.1, factor: 2.0, longest_wait: 5.0, budget: 10.0, earned: 0.1)
      super
    end

    # Seconds to wait after the failed attempt number +attempt+, counted from 1.
    def wait(attempt, at_least)
      grown = [first_wait * factor**(attempt - 1), longest_wait].min
      [grown * rand(0.5..1.0), at_least].max
    end
  end

  # The one error of a call that failed; its +cause+ is the failure of the gRPC call.
  class Error < StandardError
    # A stable code in capitals, such as "INVALID_REQUEST" or "SERVER_UNAVAILABLE".
    attr_reader :reason
    # The gRPC code, such as :INVALID_ARGUMENT.
    attr_reader :code
    # Everything that is wrong with the request, as an array of Violation.
    attr_reader :violations
    # Seconds that the server asks to wait, or nil.
    attr_reader :retry_after

    def initialize(reason, message, code, violations: [], retry_after: nil)
      super(message)
      @reason = reason
      @code = code
      @violations = violations
      @retry_after = retry_after
    end
  end

  # Keeps one connection and is safe to share between threads; make one for each process, after any fork.
  class Client
    # Room for the details of an error; 8 KiB, which is usual, hold some fifty violations.
    METADATA_BYTES = 1024 * 1024

    # Yields a client and closes it.
    def self.open(address, **options)
      client = new(address, **options)
      yield client
    ensure
      client&.close
    end

    # address:: the server, as HOST:PORT; the connection is made by the first call.
    # tls_certificate:: file with the certificate (PEM) by which to know the server, or "" for those that this machine
    #                   trusts; nil speaks without TLS.
    # token:: sent as "authorization: Bearer", for a proxy that asks for it; needs TLS.
    # timeout:: seconds for each call with its retries; nil leaves it to the server's own limits.
    # maximum_message_mb:: largest answer in MiB.
    # retry_policy:: when and how often a call is tried again.
    def initialize(address, tls_certificate: nil, token: nil, timeout: nil, maximum_message_mb: 256,
                   retry_policy: RetryPolicy.new)
      raise ArgumentError, "a token is sent over TLS only: give tls_certificate too" if token && !tls_certificate

      @address = address
      @timeout = timeout
      @policy = retry_policy
      @budget = retry_policy.budget
      @lock = Mutex.new
      @metadata = { "shelfwise-metadata-bytes" => METADATA_BYTES.to_s }
      @metadata["authorization"] = "Bearer #{token}" if token
      @channel = GRPC::ClientStub.setup_channel(
        nil, address, credentials(tls_certificate), channel_arguments(maximum_message_mb)
      )
      @stub = V1::DecisionService::Stub.new(address, nil, channel_override: @channel)
    end

    # Ends the connection; calls under way fail.
    def close
      @channel.close
    end

    # Returns the V1::DecideResponse for a V1::DecideRequest, or raises an Error. +timeout+ overrides the client's own
    # and covers all attempts. A request without an id gets one, so that the server answers a repeated attempt from
    # memory.
    def decide(request, timeout: @timeout)
      deadline = timeout && (Time.now + timeout)
      request = request.dup.tap { |copy| copy.request_id = SecureRandom.uuid } if request.request_id.empty?
      attempt = 1
      begin
        response = @stub.decide(request, deadline: deadline, metadata: @metadata)
      rescue GRPC::BadStatus => e
        failure = error_of(e, request)
        wait = wait_after(failure, attempt)
        raise failure if wait.nil? || (deadline && Time.now + wait >= deadline)

        sleep(wait)
        attempt += 1
        retry
      end
      @lock.synchronize { @budget = [@policy.budget, @budget + @policy.earned].min }
      response
    end

    private

    def credentials(tls_certificate)
      return :this_channel_is_insecure if tls_certificate.nil?
      return GRPC::Core::ChannelCredentials.new if tls_certificate.empty?

      GRPC::Core::ChannelCredentials.new(File.read(tls_certificate))
    end

    def channel_arguments(maximum_message_mb)
      {
        "grpc.max_receive_message_length" => maximum_message_mb * 1024**2,
        "grpc.max_send_message_length" => -1, # the server's limit counts, and its answer names it
        "grpc.max_metadata_size" => METADATA_BYTES,
        "grpc.keepalive_time_ms" => 30_000,
        "grpc.keepalive_timeout_ms" => 10_000,
        "grpc.enable_retries" => 0,
        "grpc.service_config_disable_resolution" => 1,
        # About as often as calls are tried again, so that a retry is a new attempt to connect.
        "grpc.initial_reconnect_backoff_ms" => (@policy.first_wait * 1000).to_i,
        "grpc.max_reconnect_backoff_ms" => (@policy.longest_wait * 1000).to_i
      }
    end

    # Takes another attempt out of the budget and returns how long to wait before it, or nil where there shall be none.
    def wait_after(failure, attempt)
      busy = failure.code == :RESOURCE_EXHAUSTED && failure.retry_after
      return unless (failure.code == :UNAVAILABLE || busy) && attempt < @policy.attempts

      @lock.synchronize do
        return if @budget < 1

        @budget -= 1
      end
      @policy.wait(attempt, failure.retry_after || 0)
    end

    def error_of(failure, request)
      code = GRPC::Core::StatusCodes.constants.find { |name| GRPC::Core::StatusCodes.const_get(name) == failure.code }
      info, retry_info, bad_request = details(failure)
      violations = bad_request.to_h.fetch(:field_violations, []).map do |each|
        Violation.new(each[:field], each[:description])
      end
      reason, message = described(info&.reason, code, failure.details, request)
      message = violations.map { |each| "#{each.field}: #{each.description}" }.join("\n") unless violations.empty?
      Error.new(reason, message, code, violations: violations, retry_after: retry_info&.retry_delay&.to_f)
    end

    # Returns the google.rpc details of a failed call, nil for each that it lacks.
    def details(failure)
      packed = failure.to_rpc_status&.details.to_a
      [Google::Rpc::ErrorInfo, Google::Rpc::RetryInfo, Google::Rpc::BadRequest].map do |kind|
        packed.find { |detail| detail.is(kind) }&.unpack(kind)
      end
    end

    # Returns reason and message, of which the server gives the first where it answered at all.
    def described(reason, code, text, request)
      return ["INVALID_REQUEST", text] if reason == "REQUEST_ID_REUSED"
      return [%i[UNAVAILABLE RESOURCE_EXHAUSTED].include?(code) ? "SERVER_UNAVAILABLE" : reason, text] if reason

      case code
      when :UNAVAILABLE then ["SERVER_UNAVAILABLE", away(text)]
      when :DEADLINE_EXCEEDED then ["DEADLINE_EXCEEDED", "the server did not answer within the time of the call"]
      when :RESOURCE_EXHAUSTED
        text.include?("larger than max") ? ["MESSAGE_TOO_LARGE", too_large(text, request)] : ["SERVER_UNAVAILABLE", text]
      else ["INTERNAL", "#{code}: #{text}"]
      end
    end

    def away(text)
      "no answer from #{@address}; see that a server runs there, and that both sides speak TLS or neither (#{text})"
    end

    def too_large(text, request)
      return "the answer is larger than this client takes; raise maximum_message_mb (#{text})" unless text.start_with?("SERVER")

      size = request.to_proto.bytesize.fdiv(1024**2).round(1)
      "the request of #{size} MiB is larger than the server takes; split it, or raise its limit (#{text})"
    end
  end
end
