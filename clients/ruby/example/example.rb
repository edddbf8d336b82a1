# frozen_string_literal: true

# Prints what to show a customer: example.rb HOST:PORT CUSTOMER
require "shelfwise"

abort "usage: example.rb HOST:PORT CUSTOMER" unless ARGV.size == 2
address, customer_id = ARGV

customer = Shelfwise::V1::Customer.new(customer_id: customer_id)
request = Shelfwise::V1::DecideRequest.new(recommend: Shelfwise::V1::RecommendRequest.new(customers: [customer]))
begin
  response = Shelfwise::Client.open(address, timeout: 2) { |client| client.decide(request) }
rescue Shelfwise::Error => e
  abort "#{e.reason}: #{e.message}"
end
response.recommendations.flat_map { |slate| slate.items.to_a }.each do |item|
  price = item.price.units + (item.price.nanos / 1e9)
  puts format("%2d  %s  %.2f %s", item.rank, item.item_id, price, response.currency)
end
