# frozen_string_literal: true

Gem::Specification.new do |spec|
  spec.name = "shelfwise"
  spec.version = "0.1.0"
  spec.summary = "The Ruby client of Shelfwise"
  spec.authors = ["Shelfwise"]
  spec.files = Dir["lib/**/*.rb"]
  spec.required_ruby_version = ">= 3.1"
  spec.add_dependency "google-protobuf", "~> 3.21"
  spec.add_dependency "googleapis-common-protos-types", "~> 1.4"
  spec.add_dependency "grpc", "~> 1.51"
end
