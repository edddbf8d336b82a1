// The example prints what to show a customer: example HOST:PORT CUSTOMER.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	shelfwise "github.com/shelfwise/shelfwise/clients/go"
	pb "github.com/shelfwise/shelfwise/gen/go/shelfwise/v1"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: example HOST:PORT CUSTOMER")
	}
	client, err := shelfwise.Connect(os.Args[1], shelfwise.Options{Timeout: 2 * time.Second})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	response, err := client.Decide(context.Background(), &pb.DecideRequest{
		Recommend: &pb.RecommendRequest{Customers: []*pb.Customer{{CustomerId: os.Args[2]}}},
	})
	var failure *shelfwise.Error
	if errors.As(err, &failure) {
		log.Fatalf("%s: %s", failure.Reason, failure.Message)
	}
	for _, slate := range response.Recommendations {
		for _, item := range slate.Items {
			price := float64(item.Price.GetUnits()) + float64(item.Price.GetNanos())/1e9
			fmt.Printf("%2d  %s  %.2f %s\n", item.Rank, item.ItemId, price, response.Currency)
		}
	}
}
