// Package shelfwise asks a Shelfwise server for decisions: Connect, Decide, Close.
package shelfwise

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	pb "github.com/shelfwise/shelfwise/gen/go/shelfwise/v1"
)

// metadataBytes is room for the details of an error; 8 KiB, which is usual, hold some fifty violations.
const metadataBytes = 1 << 20

// Options say how to reach the server and how long to try. The zero value speaks without TLS and has no time limit.
type Options struct {
	// TLS speaks TLS and trusts the certificates that this machine trusts.
	TLS bool
	// TLSCertificate is the file with the certificate (PEM) by which to know the server; it implies TLS.
	TLSCertificate string
	// Token is sent as "authorization: Bearer", for a proxy that asks for it; it needs TLS.
	Token string
	// Timeout is the time for each call with its retries, where its context has no deadline. Zero: no limit.
	Timeout time.Duration
	// MaximumMessageMB is the largest answer in MiB. Zero: 256.
	MaximumMessageMB int
	// Retry says when and how often a call is tried again. Zero: DefaultRetryPolicy.
	Retry RetryPolicy
}

// RetryPolicy lets waits grow from the first by Factor up to the longest; each is cut by up to half at random.
type RetryPolicy struct {
	// Attempts for one call, the first included; 1 never tries again.
	Attempts               int
	FirstWait, LongestWait time.Duration
	Factor                 float64
	// Budget is the number of retries that the client may have spent ahead of its successes.
	Budget float64
	// Earned is the share of a retry that a successful call earns back.
	Earned float64
}

// DefaultRetryPolicy holds where Options name none.
var DefaultRetryPolicy = RetryPolicy{
	Attempts: 4, FirstWait: 100 * time.Millisecond, LongestWait: 5 * time.Second, Factor: 2, Budget: 10, Earned: 0.1,
}

// Error is the one error of a call that failed.
type Error struct {
	// Reason is a stable code in capitals, such as INVALID_REQUEST or SERVER_UNAVAILABLE.
	Reason string
	// Message says what was wrong and what to do.
	Message string
	Code    codes.Code
	// Violations name everything that is wrong with the request, by field path.
	Violations []Violation
	// RetryAfter is how long the server asks to wait. Zero: it did not ask.
	RetryAfter time.Duration
	cause      error
}

// Violation is one thing wrong with a request: where it stands, and what would be right.
type Violation struct{ Field, Description string }

func (e *Error) Error() string { return e.Reason + ": " + e.Message }

// Unwrap returns the failure of the gRPC call.
func (e *Error) Unwrap() error { return e.cause }

// Client keeps one connection and is safe for concurrent use.
type Client struct {
	address string
	options Options
	conn    *grpc.ClientConn
	stub    pb.DecisionServiceClient
	lock    sync.Mutex // guards what follows
	budget  float64    // retries left
	random  *rand.Rand
}

// Connect returns a client of the server at HOST:PORT; the connection is made by the first call. It fails where the
// certificate cannot be read or a token is to be sent without TLS.
func Connect(address string, options Options) (*Client, error) {
	options.TLS = options.TLS || options.TLSCertificate != ""
	if options.Token != "" && !options.TLS {
		return nil, errors.New("a token is sent over TLS only: give TLS or TLSCertificate too")
	}
	if options.MaximumMessageMB == 0 {
		options.MaximumMessageMB = 256
	}
	if options.Retry == (RetryPolicy{}) {
		options.Retry = DefaultRetryPolicy
	}
	security, err := transport(options)
	if err != nil {
		return nil, err
	}
	retry := options.Retry
	conn, err := grpc.Dial(address, security,
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(options.MaximumMessageMB<<20)),
		grpc.WithMaxHeaderListSize(metadataBytes),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 10 * time.Second}),
		grpc.WithDisableServiceConfig(),
		grpc.WithConnectParams(grpc.ConnectParams{ // as often as calls are tried again, so that each of them meets a new one
			Backoff:           backoff.Config{BaseDelay: retry.FirstWait / 2, Multiplier: retry.Factor, MaxDelay: retry.LongestWait / 2},
			MinConnectTimeout: 20 * time.Second,
		}),
	)
	if err != nil {
		return nil, err
	}
	return &Client{
		address: address,
		options: options,
		conn:    conn,
		stub:    pb.NewDecisionServiceClient(conn),
		budget:  retry.Budget,
		random:  rand.New(rand.NewSource(time.Now().UnixNano())),
	}, nil
}

func transport(options Options) (grpc.DialOption, error) {
	if !options.TLS {
		return grpc.WithInsecure(), nil
	}
	if options.TLSCertificate == "" {
		return grpc.WithTransportCredentials(credentials.NewTLS(nil)), nil
	}
	trusted, err := credentials.NewClientTLSFromFile(options.TLSCertificate, "")
	return grpc.WithTransportCredentials(trusted), err
}

// Close ends the connection; calls under way fail.
func (c *Client) Close() error { return c.conn.Close() }

// Decide returns the decision for a request, or an *Error. The deadline of the context, or else the client's Timeout,
// covers all attempts. A request without an id gets one, so that the server answers a repeated attempt from memory.
func (c *Client) Decide(ctx context.Context, request *pb.DecideRequest) (*pb.DecideResponse, error) {
	if _, limited := ctx.Deadline(); !limited && c.options.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.options.Timeout)
		defer cancel()
	}
	if request.RequestId == "" {
		request = proto.Clone(request).(*pb.DecideRequest)
		request.RequestId = uuid.NewString()
	}
	ctx = metadata.AppendToOutgoingContext(ctx, "shelfwise-metadata-bytes", strconv.Itoa(metadataBytes))
	if c.options.Token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+c.options.Token)
	}
	for attempt := 1; ; attempt++ {
		response, err := c.stub.Decide(ctx, request)
		if err == nil {
			c.earn()
			return response, nil
		}
		failure := c.errorOf(err, request)
		wait, again := c.wait(failure, attempt)
		if !again || !sleep(ctx, wait) {
			return nil, failure
		}
	}
}

func (c *Client) earn() {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.budget = math.Min(c.options.Retry.Budget, c.budget+c.options.Retry.Earned)
}

// wait takes another attempt out of the budget and says how long to wait before it, or false where there shall be none.
func (c *Client) wait(failure *Error, attempt int) (time.Duration, bool) {
	retry := c.options.Retry
	busy := failure.Code == codes.ResourceExhausted && failure.RetryAfter > 0
	c.lock.Lock()
	defer c.lock.Unlock()
	if failure.Code != codes.Unavailable && !busy || attempt >= retry.Attempts || c.budget < 1 {
		return 0, false
	}
	c.budget--
	grown := math.Min(float64(retry.FirstWait)*math.Pow(retry.Factor, float64(attempt-1)), float64(retry.LongestWait))
	cut := grown * (0.5 + c.random.Float64()/2)
	return time.Duration(math.Max(cut, float64(failure.RetryAfter))), true
}

// sleep waits, or returns false at once where the call has no time left for it.
func sleep(ctx context.Context, wait time.Duration) bool {
	if end, limited := ctx.Deadline(); limited && time.Until(end) <= wait {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}

func (c *Client) errorOf(err error, request *pb.DecideRequest) *Error {
	failed := status.Convert(err)
	text := failed.Message()
	e := &Error{Code: failed.Code(), Message: text, cause: err}
	for _, detail := range failed.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			e.Reason = detail.Reason
		case *errdetails.RetryInfo:
			e.RetryAfter = time.Duration(detail.RetryDelay.GetSeconds())*time.Second + time.Duration(detail.RetryDelay.GetNanos())
		case *errdetails.BadRequest:
			e.Message = ""
			for _, violation := range detail.FieldViolations {
				e.Violations = append(e.Violations, Violation{violation.Field, violation.Description})
				e.Message += violation.Field + ": " + violation.Description + "\n"
			}
			e.Message = strings.TrimSuffix(e.Message, "\n")
		}
	}
	unavailable := e.Code == codes.Unavailable || e.Code == codes.ResourceExhausted
	switch {
	case e.Reason == "REQUEST_ID_REUSED":
		e.Reason = "INVALID_REQUEST"
	case e.Reason != "" && unavailable: // the server says itself that it is at its limit or shutting down
		e.Reason = "SERVER_UNAVAILABLE"
	case e.Reason != "":
	case e.Code == codes.DeadlineExceeded:
		e.Reason, e.Message = "DEADLINE_EXCEEDED", "the server did not answer within the time of the call"
	case e.Code == codes.ResourceExhausted && strings.HasPrefix(text, "grpc: received message larger than max"):
		e.Reason = "MESSAGE_TOO_LARGE"
		e.Message = fmt.Sprintf("the answer is larger than this client takes; raise MaximumMessageMB (%s)", text)
	case e.Code == codes.ResourceExhausted && strings.Contains(text, "larger than max"):
		e.Reason = "MESSAGE_TOO_LARGE"
		e.Message = fmt.Sprintf("the request of %.1f MiB is larger than the server takes; split it, or raise its limit (%s)",
			float64(proto.Size(request))/(1<<20), text)
	case e.Code == codes.ResourceExhausted: // of something between here and the server
		e.Reason = "SERVER_UNAVAILABLE"
	case e.Code == codes.Unavailable:
		e.Reason = "SERVER_UNAVAILABLE"
		e.Message = fmt.Sprintf("no answer from %s; see that a server runs there, and that both sides speak TLS or neither (%s)",
			c.address, text)
	default:
		e.Reason, e.Message = "INTERNAL", code.Code_name[int32(e.Code)]+": "+text
	}
	return e
}
