import com.shelfwise.client.ShelfwiseClient;
import com.shelfwise.client.ShelfwiseClient.ShelfwiseException;
import com.shelfwise.v1.Customer;
import com.shelfwise.v1.DecideRequest;
import com.shelfwise.v1.DecideResponse;
import com.shelfwise.v1.Money;
import com.shelfwise.v1.RecommendRequest;
import java.io.IOException;
import java.time.Duration;

/** Prints what to show a customer: HOST:PORT CUSTOMER. */
final class Example {
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("usage: example HOST:PORT CUSTOMER");
            System.exit(2);
        }
        Customer customer = Customer.newBuilder().setCustomerId(arguments[1]).build();
        DecideRequest request = DecideRequest.newBuilder()
                .setRecommend(RecommendRequest.newBuilder().addCustomers(customer))
                .build();
        try (ShelfwiseClient client = ShelfwiseClient.to(arguments[0]).timeout(Duration.ofSeconds(2)).connect()) {
            print(client.decide(request));
        } catch (ShelfwiseException failure) {
            System.err.println(failure.reason() + ": " + failure.getMessage());
            System.exit(1);
        }
    }

    private static void print(DecideResponse response) {
        response.getRecommendationsList().stream().flatMap(slate -> slate.getItemsList().stream()).forEach(item -> {
            Money price = item.getPrice();
            double amount = price.getUnits() + price.getNanos() / 1e9;
            System.out.printf("%2d  %s  %.2f %s%n", item.getRank(), item.getItemId(), amount, response.getCurrency());
        });
    }
}
