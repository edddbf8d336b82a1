# frozen_string_literal: true

# Plays the golden cases through the client, or measures it: tests/clients/README.md has the protocol.
require "json"
require "optparse"
require "shelfwise"

include Shelfwise

# Returns what the program is told.
def arguments
  told = { "attempts": RetryPolicy.new.attempts, "maximum-message-mb": 256 }
  parser = OptionParser.new do |options|
    %w[target cases out tls-certificate token case].each { |name| options.on("--#{name} TEXT") }
    %w[attempts maximum-message-mb latency].each { |name| options.on("--#{name} N", Integer) }
    options.on("--timeout SECONDS", Float)
  end
  parser.parse!(into: told)
  raise OptionParser::MissingArgument, "--target" unless told[:target]
  raise OptionParser::MissingArgument, "--cases and --out, or --latency" unless told[:latency] || (told[:cases] && told[:out])

  told
end

def connect(told)
  Client.new(told[:target],
             tls_certificate: told[:"tls-certificate"], token: told[:token], timeout: told[:timeout],
             maximum_message_mb: told[:"maximum-message-mb"], retry_policy: RetryPolicy.new(attempts: told[:attempts]))
end

# Puts every case to the server, in the order of their names, and writes what comes of it.
def play(client, cases, out)
  Dir.glob("*.request.binpb", base: cases).sort.each do |file|
    name = file.delete_suffix(".request.binpb")
    response = client.decide(read(cases, name))
    File.binwrite("#{out}/#{name}.response.binpb", response.to_proto)
    File.write("#{out}/#{name}.response.json", response.to_json(preserve_proto_fieldnames: true))
  rescue Error => e
    described = { reason: e.reason, code: e.code, message: e.message, violations: e.violations.map(&:to_h) }
    File.write("#{out}/#{name}.error.json", JSON.generate(described))
  end
end

# Returns the request of a case, which must be the same in JSON and in binary.
def read(cases, name)
  request = V1::DecideRequest.decode_json(File.read("#{cases}/#{name}.request.json", encoding: "UTF-8"))
  binary = V1::DecideRequest.decode(File.binread("#{cases}/#{name}.request.binpb"))
  abort "#{name}: the request is another one in JSON than in binary" unless request == binary
  request
end

# Prints the microseconds of calls through the generated stub and through the client, in turns.
def latency(client, target, file, calls)
  request = V1::DecideRequest.decode(File.binread(file))
  request.request_id = ""
  stub = V1::DecisionService::Stub.new(target, :this_channel_is_insecure)
  ways = { stub_us: stub.method(:decide), client_us: client.method(:decide) }
  times = ways.transform_values { [] }
  calls.times do
    ways.each do |name, way|
      started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      way.call(request)
      times[name] << ((Process.clock_gettime(Process::CLOCK_MONOTONIC) - started) * 1e6)
    end
  end
  puts JSON.generate(times)
end

begin
  told = arguments
  client = connect(told)
rescue OptionParser::ParseError, ArgumentError, SystemCallError => e
  warn e.message
  exit 2
end
if told[:latency]
  latency(client, told[:target], told[:case], told[:latency])
else
  play(client, told[:cases], told[:out])
end
client.close
