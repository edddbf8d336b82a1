// The conformance runner plays the golden cases through the client, or measures it: tests/clients/README.md has the
// protocol.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	shelfwise "github.com/shelfwise/shelfwise/clients/go"
	pb "github.com/shelfwise/shelfwise/gen/go/shelfwise/v1"
)

var (
	target      = flag.String("target", "", "the server")
	cases       = flag.String("cases", "", "folder with the requests")
	out         = flag.String("out", "", "folder for what comes of them")
	timeout     = flag.Float64("timeout", 0, "seconds for each call")
	attempts    = flag.Int("attempts", shelfwise.DefaultRetryPolicy.Attempts, "attempts for each call")
	certificate = flag.String("tls-certificate", "", "file with a certificate, or empty for those that the machine trusts")
	token       = flag.String("token", "", "token to send")
	maximum     = flag.Int("maximum-message-mb", 256, "largest answer")
	calls       = flag.Int("latency", 0, "calls to measure")
	measured    = flag.String("case", "", "file with the request to measure")
)

type violation struct {
	Field       string `json:"field"`
	Description string `json:"description"`
}

type failure struct {
	Reason     string      `json:"reason"`
	Code       string      `json:"code"`
	Message    string      `json:"message"`
	Violations []violation `json:"violations"`
}

func main() {
	log.SetFlags(0)
	flag.Parse()
	if *target == "" || *calls == 0 && (*cases == "" || *out == "") {
		flag.Usage()
		os.Exit(2)
	}
	retry := shelfwise.DefaultRetryPolicy
	retry.Attempts = *attempts
	options := shelfwise.Options{
		TLSCertificate:   *certificate,
		Token:            *token,
		Timeout:          time.Duration(*timeout * float64(time.Second)),
		MaximumMessageMB: *maximum,
		Retry:            retry,
	}
	flag.Visit(func(given *flag.Flag) { options.TLS = options.TLS || given.Name == "tls-certificate" })
	client, err := shelfwise.Connect(*target, options)
	if err != nil {
		log.Print(err)
		os.Exit(2)
	}
	defer client.Close()
	if *calls > 0 {
		err = latency(client)
	} else {
		err = play(client)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// play puts every case to the server, in the order of their names, and writes what comes of it.
func play(client *shelfwise.Client) error {
	paths, err := filepath.Glob(filepath.Join(*cases, "*.request.binpb"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		request, err := read(path)
		if err != nil {
			return err
		}
		written := filepath.Join(*out, strings.TrimSuffix(filepath.Base(path), ".request.binpb"))
		response, err := client.Decide(context.Background(), request)
		var failed *shelfwise.Error
		if errors.As(err, &failed) {
			err = writeError(written, failed)
		} else {
			err = writeResponse(written, response)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read returns the request of a case, which must be the same in JSON and in binary.
func read(path string) (*pb.DecideRequest, error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(strings.TrimSuffix(path, "binpb") + "json")
	if err != nil {
		return nil, err
	}
	inBinary, inJSON := &pb.DecideRequest{}, &pb.DecideRequest{}
	if err := proto.Unmarshal(body, inBinary); err != nil {
		return nil, err
	}
	if err := protojson.Unmarshal(text, inJSON); err != nil {
		return nil, err
	}
	if !proto.Equal(inBinary, inJSON) {
		return nil, fmt.Errorf("%s: the request is another one in JSON than in binary", path)
	}
	return inJSON, nil
}

func writeResponse(path string, response *pb.DecideResponse) error {
	body, err := proto.Marshal(response)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".response.binpb", body, 0o644); err != nil {
		return err
	}
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(response)
	if err != nil {
		return err
	}
	return os.WriteFile(path+".response.json", text, 0o644)
}

func writeError(path string, failed *shelfwise.Error) error {
	told := failure{failed.Reason, code.Code_name[int32(failed.Code)], failed.Message, []violation{}}
	for _, each := range failed.Violations {
		told.Violations = append(told.Violations, violation(each))
	}
	text, err := json.Marshal(told)
	if err != nil {
		return err
	}
	return os.WriteFile(path+".error.json", text, 0o644)
}

// latency prints the microseconds of calls through the generated stub and through the client, in turns.
func latency(client *shelfwise.Client) error {
	body, err := os.ReadFile(*measured)
	if err != nil {
		return err
	}
	request := &pb.DecideRequest{}
	if err := proto.Unmarshal(body, request); err != nil {
		return err
	}
	request.RequestId = ""
	conn, err := grpc.Dial(*target, grpc.WithInsecure())
	if err != nil {
		return err
	}
	defer conn.Close()
	stub := pb.NewDecisionServiceClient(conn)
	times := map[string][]float64{}
	measure := func(name string, call func() error) error {
		started := time.Now()
		err := call()
		times[name] = append(times[name], float64(time.Since(started).Nanoseconds())/1e3)
		return err
	}
	for n := 0; n < *calls; n++ {
		if err := measure("stub_us", func() error {
			_, err := stub.Decide(context.Background(), request)
			return err
		}); err != nil {
			return err
		}
		if err := measure("client_us", func() error {
			_, err := client.Decide(context.Background(), request)
			return err
		}); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(times)
}
